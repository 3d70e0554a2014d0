/** Zeros, and rows from one place to another. */

import type { TrainingKernels } from '../kernels.ts';

type CopyKernels = Pick<TrainingKernels, 'clear' | 'copyRows'>;

export function copyKernels(heap: Float32Array): CopyKernels {
  return {
    clear(to, count) {
      heap.fill(0, to >> 2, (to >> 2) + count);
    },
    copyRows(from, fromStride, to, toStride, rows, n) {
      for (let row = 0; row < rows; row++) {
        const source = (from >> 2) + row * fromStride;
        heap.copyWithin((to >> 2) + row * toStride, source, source + n);
      }
    },
  };
}
