/** What average_pool_2d and max_pool_2d share: everything but the arithmetic. */

import { z } from 'zod';
import type { Shape, TensorData, TensorType } from '../../core/tensor.ts';
import type { PoolFloat } from '../../kernels/float/pool.ts';
import type { PoolInt8 } from '../../kernels/int8/pool.ts';
import { planPool } from '../../kernels/simd/pool.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import { requirePerTensor, requireSameDType, requireSameScale } from '../conditions.ts';
import { floatClamp, fusedActivationSchema, int8Clamp } from '../fused-activation.ts';
import type { ConstantOr } from '../op.ts';
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

/** `PoolingPrepare`. */
const LARGEST_SCALE_DIFFERENCE = 1e-6;

export function checkPool(_: unknown, [input]: readonly [TensorType], [output]: readonly TensorType[]): void {
  requireSameDType([input], output);
  if (input.dtype === 'int8') requireSameScale(input, output, LARGEST_SCALE_DIFFERENCE);
}

export function poolFloatKernel(
  pool: (p: PoolFloat, input: Float32Array, output: Float32Array) => void,
  simd: 'maxPoolFloat' | 'averagePoolFloat',
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
        totals: new Float32Array(input.shape[3]),
        clampMin: min,
        clampMax: max,
      };
    },
    run(p: PoolFloat, [input]: readonly [Float32Array], [output]: readonly [Float32Array]): void {
      pool(p, input, output);
    },
    simd(p: PoolFloat, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' ? planPool(simd, p) : undefined;
    },
  };
}

export function poolInt8Kernel(
  pool: (p: PoolInt8, input: Int8Array, output: Int8Array) => void,
  simd: 'maxPoolInt8' | 'averagePoolInt8',
) {
  return {
    prepare(
      options: PoolAttributes,
      [input]: readonly [TensorType],
      [output]: readonly TensorType[],
    ): PoolInt8 {
      const { min, max } = int8Clamp(options.activation, requirePerTensor('the output', output));
      return {
        window: windowOf(slidingOf(options), input.shape, output.shape),
        totals: new Int32Array(input.shape[3]),
        clampMin: min,
        clampMax: max,
      };
    },
    run(p: PoolInt8, [input]: readonly [Int8Array], [output]: readonly [Int8Array]): void {
      pool(p, input, output);
    },
    simd(p: PoolInt8, [input]: readonly [ConstantOr<TensorData>]): SimdPlan | undefined {
      return input === 'computed' ? planPool(simd, p) : undefined;
    },
  };
}
