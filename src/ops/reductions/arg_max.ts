import * as z from 'zod';
import type { TensorType } from '../../core/tensor.ts';
import { type ArgMax, argMax as findMax } from '../../kernels/arg_max.ts';
import { requireDType } from '../conditions.ts';
import { aroundAxis, axisOf } from '../movement/movement.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryLoop, unaryOperands } from '../unary.ts';

const kernel = {
  prepare({ axis }: { axis: number }, [{ shape }]: readonly [TensorType]): ArgMax {
    return aroundAxis(shape, axisOf(axis, shape.length));
  },
  build: (prepared: ArgMax) =>
    unaryLoop<Float32Array | Int8Array, Int32Array>((input, output) => findMax(prepared, input, output)),
};

/** Where along an axis the largest value is, as int32. */
export const argMax = defineOp({
  kind: 'arg_max',
  operands: unaryOperands,
  attributes: z.strictObject({ axis: z.int() }),
  // Parameters of any kind order alike; the output has none.
  quantRule: { rule: 'free' },
  traits: OPAQUE,
  outputDType: 'int32',
  infer: ({ axis }, [input]) => [input.toSpliced(axisOf(axis, input.length), 1)],
  check(_, __, [output]) {
    requireDType('the output', output, 'int32');
  },
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel },
});
