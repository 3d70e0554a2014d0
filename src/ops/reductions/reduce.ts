/** What mean, sum, reduce_max and reduce_min share: axes, shapes, and how elements fall upon the output. */

import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import {
  elementCount,
  formatShape,
  QUANTIZED_LIMITS,
  type QuantizedDType,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type SumQuantized, sumQuantized } from '../../kernels/quantized/sum.ts';
import { planReduction, type Reduced, type Reduction } from '../../kernels/reduce.ts';
import { planSumFloat, planSumInt8 } from '../../kernels/simd/arithmetic/sum.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { type Columns, oneByOne } from '../columns.ts';
import {
  requireMultiplier,
  requirePerTensor,
  requireSameDType,
  requireSameScale,
  shapeError,
} from '../conditions.ts';
import type { ConstantOr } from '../op.ts';
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

/** Of the axes that are not reduced. */
export function reducedColumns({ axes, keepDims }: ReduceAttributes, axis: number): Columns | undefined {
  if (axes.includes(axis)) return undefined;
  return oneByOne(keepDims ? axis : axis - axes.filter((reduced) => reduced < axis).length);
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

/** Of so many int16 values the sum fits into int32. */
const MOST_INT16 = 65536;

function requireSum({ dtype }: TensorType, count: number): void {
  if (dtype !== 'int16' || count <= MOST_INT16) return;
  throw unsupportedError(
    'sum-overflow',
    `adds up ${count} values, but the int32 sum of TensorFlow Lite Micro holds ${MOST_INT16}`,
  );
}

/** How many elements of the input make one of the output. */
function countOf(input: TensorType, output: TensorType): number {
  return elementCount(input.shape) / elementCount(output.shape);
}

/** The kernel of sum, or of mean, whose `adjust` puts the division by the number of elements into the multiplier. */
export function sumKernel(
  dtype: QuantizedDType,
  adjust: (multiplier: QuantizedMultiplier, count: number) => QuantizedMultiplier,
) {
  const { min, max } = QUANTIZED_LIMITS[dtype];
  return {
    check(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
      requireMultiplier(realMultiplier(input, output));
      requireSum(input, countOf(input, output));
    },
    prepare(
      { axes }: ReduceAttributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): SumQuantized {
      const count = countOf(input, output);
      return {
        reduced: { shape: input.shape, axes },
        zeroPoints: requirePerTensor('the input', input).zeroPoint * count,
        multiplier: adjust(quantizeMultiplier(realMultiplier(input, output)), count),
        outputZeroPoint: requirePerTensor('the output', output).zeroPoint,
        outputLength: elementCount(output.shape),
        clampMin: min,
        clampMax: max,
      };
    },
    build: (prepared: SumQuantized) => unaryLoop(sumQuantized(prepared)),
  };
}

/** The same of int8, with SIMD where elements lie side by side that are added up separately. */
export function sumInt8Kernel(adjust: Parameters<typeof sumKernel>[1]) {
  return {
    ...sumKernel('int8', adjust),
    simd(prepared: SumQuantized, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' ? planSumInt8(prepared) : undefined;
    },
  };
}

/** The loop of a reduction that the axes alone determine. */
export type ReduceLoop<Data extends TensorData> = (reduction: Reduction, input: Data, output: Data) => void;

/** Its kernel. */
export function reduceKernel<Data extends TensorData>(reduce: ReduceLoop<Data>) {
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

/** That of sums and means of float32, with SIMD as `sumInt8Kernel` has it. */
export function sumFloatKernel(kind: 'sum' | 'mean', reduce: ReduceLoop<Float32Array>) {
  return {
    ...reduceKernel(reduce),
    simd(prepared: Reduced, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' ? planSumFloat(kind, prepared) : undefined;
    },
  };
}
