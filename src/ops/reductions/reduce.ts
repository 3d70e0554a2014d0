/** What mean, sum, reduce_max and reduce_min share: axes, shapes, and how elements fall upon the output. */

import * as z from 'zod';
import { type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import {
  elementCount,
  formatShape,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type SumInt8, sumInt8 } from '../../kernels/int8/reduce.ts';
import { planReduction, type Reduced, type Reduction } from '../../kernels/reduce.ts';
import {
  requireMultiplier,
  requirePerTensor,
  requireSameDType,
  requireSameScale,
  shapeError,
} from '../conditions.ts';
import { unaryLoop } from '../unary.ts';

export const reduceAttributes = z.strictObject({
  /** Counted from the front, in ascending order. */
  axes: z
    .array(z.int().nonnegative())
    .min(1)
    .refine((axes) => axes.every((axis, index) => index === 0 || axes[index - 1] < axis), {
      message: 'axes are not in ascending order',
    })
    .readonly(),
  /** Reduced axes stay with length 1. */
  keepDims: z.boolean(),
});

type ReduceAttributes = z.infer<typeof reduceAttributes>;

export function inferReduced(
  { axes, keepDims }: ReduceAttributes,
  [input]: readonly [Shape],
): readonly Shape[] {
  const outside = axes.find((axis) => axis >= input.length);
  if (outside !== undefined) throw shapeError(`${formatShape(input)} has no axis ${outside}`);
  const reduced = new Set(axes);
  if (keepDims) return [input.map((dimension, axis) => (reduced.has(axis) ? 1 : dimension))];
  return [input.filter((_, axis) => !reduced.has(axis))];
}

/** The factor from the input's scale to the output's. */
function realMultiplier(input: TensorType, output: TensorType): number {
  return requirePerTensor('the input', input).scale / requirePerTensor('the output', output).scale;
}

export function checkReduced(
  _: unknown,
  [input]: readonly [TensorType],
  [output]: readonly TensorType[],
): void {
  requireSameDType([input], output);
}

/** For extremes, which are values of the input. */
export function checkSameScale(
  _: unknown,
  [input]: readonly [TensorType],
  [output]: readonly TensorType[],
): void {
  requireSameScale(input, output, 0);
}

/** The int8 kernel of sum, or of mean, whose `adjust` puts the division by the number of elements into the multiplier. */
export function sumInt8Kernel(
  adjust: (multiplier: QuantizedMultiplier, count: number) => QuantizedMultiplier,
) {
  return {
    check(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
      requireMultiplier(realMultiplier(input, output));
    },
    prepare(
      { axes }: ReduceAttributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): SumInt8 {
      const outputLength = elementCount(output.shape);
      const count = elementCount(input.shape) / outputLength;
      return {
        reduced: { shape: input.shape, axes },
        zeroPoints: requirePerTensor('the input', input).zeroPoint * count,
        multiplier: adjust(quantizeMultiplier(realMultiplier(input, output)), count),
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        outputLength,
      };
    },
    build: (prepared: SumInt8) => unaryLoop(sumInt8(prepared)),
  };
}

/** The kernel of a reduction that the axes alone determine. */
export function reduceKernel<Data extends TensorData>(
  reduce: (reduction: Reduction, input: Data, output: Data) => void,
) {
  return {
    prepare({ axes }: ReduceAttributes, [input]: readonly [TensorType]): Reduced {
      return { shape: input.shape, axes };
    },
    build(reduced: Reduced) {
      const reduction = planReduction(reduced);
      return unaryLoop<Data, Data>((input, output) => reduce(reduction, input, output));
    },
  };
}
