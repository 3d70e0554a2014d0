/** What average_pool_2d and max_pool_2d share: everything but the arithmetic. */

import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import {
  elementCount,
  type QuantizedDType,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import type { PoolFloat } from '../../kernels/float/pool.ts';
import type { PoolQuantized } from '../../kernels/quantized/pool.ts';
import type { QuantizedData } from '../../kernels/quantized/quantized-data.ts';
import { planPool } from '../../kernels/simd/pool.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { type Columns, windowColumns } from '../columns.ts';
import { requirePerTensor, requireSameDType, requireSameScale } from '../conditions.ts';
import { floatClamp, fusedActivationSchema, quantizedClamp } from '../fused-activation.ts';
import type { ConstantOr } from '../op.ts';
import { type Crossing, crossingIf, OPAQUE } from '../traits.ts';
import { unaryLoop } from '../unary.ts';
import {
  NOT_DILATED,
  paddingSchema,
  pairSchema,
  positions,
  requireImage,
  type Sliding,
  windowOf,
} from '../window.ts';

export const poolAttributes = z.strictObject({
  padding: paddingSchema,
  strides: pairSchema,
  filter: pairSchema,
  activation: fusedActivationSchema,
});

type PoolAttributes = z.infer<typeof poolAttributes>;

function slidingOf(options: PoolAttributes): Sliding {
  return { ...options, dilations: NOT_DILATED };
}

export function inferPool(options: PoolAttributes, [input]: readonly [Shape]): readonly Shape[] {
  const image = requireImage('the input', input);
  return [[image[0], ...positions(slidingOf(options), image), image[3]]];
}

export function poolTaps(
  { filter }: PoolAttributes,
  [[, height, width]]: readonly [Shape],
  [output]: readonly Shape[],
): number {
  return elementCount(output) * Math.min(filter[0], height) * Math.min(filter[1], width);
}

/** `PoolingPrepare`. */
const LARGEST_SCALE_DIFFERENCE = 1e-6;

export function checkPool(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
  requireSameDType([input], output);
}

export function poolColumns(options: PoolAttributes, axis: number): Columns | undefined {
  return windowColumns(slidingOf(options), axis);
}

/** Averages and maxima are taken over pixels of the image only, padded or not, so that a shift crosses them too. */
export function poolTraits(scale: Crossing['scale']) {
  return {
    ...OPAQUE,
    clamps: true,
    bounds: 'increasing',
    carriesChannels: () => true,
    columns: poolColumns,
    isIdentity: ({ filter, strides, activation }: PoolAttributes) =>
      [...filter, ...strides].every((size) => size === 1) && activation === 'none',
    crossing: ({ activation }: PoolAttributes) => crossingIf(activation === 'none', { scale, shift: true }),
  } as const;
}

export function poolFloatKernel(
  pool: (p: PoolFloat) => (input: Float32Array, output: Float32Array) => void,
  simd?: 'maxPoolFloat' | 'averagePoolFloat',
) {
  return {
    prepare(
      options: PoolAttributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): PoolFloat {
      const { min, max } = floatClamp(options.activation);
      return {
        window: windowOf(slidingOf(options), input.shape, output.shape),
        depth: input.shape[3],
        clampMin: min,
        clampMax: max,
      };
    },
    build: (p: PoolFloat) => unaryLoop(pool(p)),
    simd(p: PoolFloat, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' && simd !== undefined ? planPool(simd, p) : undefined;
    },
  };
}

type QuantizedPool = (p: PoolQuantized) => (input: QuantizedData, output: QuantizedData) => void;

/** `mostTaps` are what a window may cover at most. */
export function poolInt16Kernel(pool: QuantizedPool, mostTaps = Infinity) {
  const kernel = poolQuantizedKernel('int16', pool);
  return {
    ...kernel,
    check({ filter }: PoolAttributes, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
      kernel.check(undefined, [input], [output]);
      const taps = Math.min(filter[0], input.shape[1]) * Math.min(filter[1], input.shape[2]);
      if (taps <= mostTaps) return;
      throw unsupportedError(
        'sum-overflow',
        `a window covers ${taps} values, but the int32 sum of TensorFlow Lite Micro holds ${mostTaps}`,
      );
    },
  };
}

export function poolInt8Kernel(pool: QuantizedPool, simd: 'maxPoolInt8' | 'averagePoolInt8') {
  return {
    ...poolQuantizedKernel('int8', pool),
    simd(p: PoolQuantized, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' ? planPool(simd, p) : undefined;
    },
  };
}

function poolQuantizedKernel(dtype: QuantizedDType, pool: QuantizedPool) {
  return {
    check(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
      requireSameScale(input, output, LARGEST_SCALE_DIFFERENCE);
    },
    prepare(
      options: PoolAttributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): PoolQuantized {
      const { min, max } = quantizedClamp(options.activation, dtype, requirePerTensor('the output', output));
      return {
        window: windowOf(slidingOf(options), input.shape, output.shape),
        depth: input.shape[3],
        clampMin: min,
        clampMax: max,
      };
    },
    build: (p: PoolQuantized) => unaryLoop(pool(p)),
  };
}
