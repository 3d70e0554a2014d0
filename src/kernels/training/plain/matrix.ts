/** Matrix products and sums over rows, as plain loops. */

import type { TrainingKernels } from '../kernels.ts';

type MatrixKernels = Pick<TrainingKernels, 'gemm' | 'transpose' | 'addRow' | 'sumRows'>;

export function matrixKernels(heap: Float32Array): MatrixKernels {
  return {
    gemm(a, aRowStride, aColumnStride, b, bRowStride, c, cRowStride, m, n, k, accumulate) {
      const [aStart, bStart, cStart] = [a >> 2, b >> 2, c >> 2];
      for (let i = 0; i < m; i++) {
        const row = cStart + i * cRowStride;
        if (accumulate === 0) heap.fill(0, row, row + n);
        for (let q = 0; q < k; q++) {
          const x = heap[aStart + i * aRowStride + q * aColumnStride];
          const from = bStart + q * bRowStride;
          for (let j = 0; j < n; j++) heap[row + j] += x * heap[from + j];
        }
      }
    },
    transpose(from, rows, columns, to) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++)
          heap[(to >> 2) + c * rows + r] = heap[(from >> 2) + r * columns + c];
      }
    },
    addRow(x, row, rows, n) {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < n; j++) heap[(x >> 2) + r * n + j] += heap[(row >> 2) + j];
      }
    },
    sumRows(x, rows, n, sums) {
      heap.fill(0, sums >> 2, (sums >> 2) + n);
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < n; j++) heap[(sums >> 2) + j] += heap[(x >> 2) + r * n + j];
      }
    },
  };
}
