import type { PoolFloat } from '../float/pool.ts';
import type { PoolQuantized } from '../quantized/pool.ts';
import type { SimdPlan } from './simd-plan.ts';
import { slidingFields } from './sliding-fields.ts';

export type PoolKernel = 'maxPoolInt8' | 'averagePoolInt8' | 'maxPoolFloat' | 'averagePoolFloat';

/** Bytes of a vector. */
const SCRATCH_BYTES = 16;

/** Up to here float32 holds every number of taps, and int32 every total of int8 values. */
const MAX_TAPS = 2 ** 24;

/** Equal to the kernel of that name; undefined for windows that no float32 counts. */
export function planPool(kernel: PoolKernel, p: PoolQuantized | PoolFloat): SimdPlan | undefined {
  const { window, depth, clampMin, clampMax } = p;
  if (window.filterHeight * window.filterWidth > MAX_TAPS) return undefined;
  return {
    constants: [slidingFields(window, depth)],
    scratchBytes: SCRATCH_BYTES,
    bind(kernels, { inputs: [input], outputs: [output], scratch, constants: [sliding] }) {
      const run = kernels[kernel];
      return () => run(sliding, clampMin, clampMax, scratch, input, output);
    },
  };
}
