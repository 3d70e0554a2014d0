/** What arg_max and arg_min share: all but the choice. */

import * as z from 'zod';
import type { Shape, TensorType } from '../../core/tensor.ts';
import { type ArgExtremum, argExtremum } from '../../kernels/arg_extremum.ts';
import { requireDType } from '../conditions.ts';
import { aroundAxis, axisOf } from '../movement/movement.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryLoop, unaryOperands } from '../unary.ts';

interface Axis {
  readonly axis: number;
}

/** The place along an axis, as int32, of the value that none is `better` than. */
export function argExtremumOperator(better: (value: number, best: number) => boolean) {
  const kernel = {
    prepare({ axis }: Axis, [{ shape }]: readonly [TensorType]): ArgExtremum {
      return aroundAxis(shape, axisOf(axis, shape.length));
    },
    build: (prepared: ArgExtremum) =>
      unaryLoop<Float32Array | Int8Array, Int32Array>((input, output) =>
        argExtremum(prepared, better, input, output),
      ),
  };
  return {
    operands: unaryOperands,
    attributes: z.strictObject({ axis: z.int() }),
    // Parameters of any kind order alike; the output has none.
    quantRule: { rule: 'free' },
    traits: OPAQUE,
    outputDType: 'int32',
    infer: ({ axis }: Axis, [input]: readonly [Shape]): readonly Shape[] => [
      input.toSpliced(axisOf(axis, input.length), 1),
    ],
    check(_: unknown, __: unknown, [output]: readonly TensorType[]): void {
      requireDType('the output', output, 'int32');
    },
    macs: noMacs,
    kernels: { float32: kernel, int8: kernel },
  } as const;
}
