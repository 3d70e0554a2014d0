import * as z from 'zod';
import type { TensorType } from '../../core/tensor.ts';
import type { Cumulation } from '../../kernels/cumulation.ts';
import { cumsumFloat } from '../../kernels/float/sums.ts';
import { cumsumInt8, type SumsInt8 } from '../../kernels/int8/sums.ts';
import { aroundAxis, axisOf } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { checkUnary, noMacs, unaryLoop, unaryOperands } from '../unary.ts';
import { checkSums, prepareSums } from './sums-int8.ts';

interface Cumsum {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function cumulationOf({ axis, exclusive, reverse }: Cumsum, { shape }: TensorType): Cumulation {
  return { ...aroundAxis(shape, axisOf(axis, shape.length)), exclusive, reverse };
}

/**
 * Sums of all elements up to each along an axis. TFLM's int8 kernel starts them at minus the zero point: it is right for
 * zero point 0 only, which is what the quantizer gives it.
 */
export const cumsum = defineOp({
  kind: 'cumsum',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int(), exclusive: z.boolean(), reverse: z.boolean() }),
  quantRule: { rule: 'symmetric-inputs' },
  traits: { ...OPAQUE, bounds: 'increasing' },
  infer({ axis }, [input]) {
    axisOf(axis, input.length);
    return [input];
  },
  check: checkUnary,
  macs: noMacs,
  kernels: {
    float32: {
      prepare: (attributes, [input]) => cumulationOf(attributes, input),
      build: (prepared) => unaryLoop(cumsumFloat(prepared)),
    },
    int8: {
      check: (attributes, [input], [output]) =>
        checkSums(input, output, cumulationOf(attributes, input).axis),
      prepare: (attributes, [input], [output]): SumsInt8 & { readonly cumulation: Cumulation } => ({
        ...prepareSums(input, output),
        cumulation: cumulationOf(attributes, input),
      }),
      build: (prepared) => unaryLoop(cumsumInt8(prepared, prepared.cumulation)),
    },
  },
});
