/** Matrix products and sums over rows, as plain loops that round and add in the order of the SIMD kernels. */

import type { TrainingKernels } from '../kernels.ts';
import { activations } from './activations.ts';
import { type Arithmetic, sumOfLanes } from './arithmetic.ts';

type MatrixKernels = Pick<TrainingKernels, 'gemm' | 'transpose' | 'addRow' | 'sumRows'>;

/** Rows of B that the SIMD kernel multiplies at a time, and where the rows of A lie side by side; dot products are added up block by block. */
const BLOCK = 96;
const BLOCK_IN_PLACE = 48;

export function matrixKernels(heap: Float32Array, arithmetic: Arithmetic): MatrixKernels {
  const { round: f } = arithmetic;
  const functions = activations(arithmetic);
  /** sum + a · b, both contiguous and at least one lane long: four sums side by side, then what is left. */
  function addDotProduct(sum: number, a: number, b: number, k: number): number {
    const whole = k & ~3;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let q = 0; q < whole; q += 4) {
      s0 = f(s0 + f(heap[a + q] * heap[b + q]));
      s1 = f(s1 + f(heap[a + q + 1] * heap[b + q + 1]));
      s2 = f(s2 + f(heap[a + q + 2] * heap[b + q + 2]));
      s3 = f(s3 + f(heap[a + q + 3] * heap[b + q + 3]));
    }
    let total = whole === 0 ? sum : f(sum + sumOfLanes(arithmetic, s0, s1, s2, s3));
    for (let q = whole; q < k; q++) total = f(total + f(heap[a + q] * heap[b + q]));
    return total;
  }

  return {
    gemm(a, aRowStride, aColumnStride, b, bRowStride, c, cRowStride, m, n, k, accumulate) {
      const [aStart, bStart, cStart] = [a >> 2, b >> 2, c >> 2];
      const dotProducts = aColumnStride === 1 && bRowStride === 1;
      const block = aRowStride === 1 ? BLOCK_IN_PLACE : BLOCK;
      // Columns that fill no lane of four.
      const lastColumns = dotProducts ? n & ~3 : n;
      for (let i = 0; i < m; i++) {
        const row = cStart + i * cRowStride;
        const left = aStart + i * aRowStride;
        if (accumulate === 0) heap.fill(0, row, row + n);
        for (let q = 0; q < k; q++) {
          const x = heap[left + q * aColumnStride];
          const from = bStart + q * bRowStride;
          for (let j = 0; j < lastColumns; j++) heap[row + j] += f(x * heap[from + j]);
        }
        for (let j = lastColumns; j < n; j++) {
          for (let q = 0; q < k; q += block) {
            const sum = heap[row + j];
            heap[row + j] = addDotProduct(sum, left + q, bStart + j + q, Math.min(block, k - q));
          }
        }
      }
    },
    transpose(from, rows, columns, to, stride) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++)
          heap[(to >> 2) + c * stride + r] = heap[(from >> 2) + r * columns + c];
      }
    },
    addRow(code, x, row, rows, n) {
      const { value } = functions[code];
      for (let at = x >> 2; at < (x >> 2) + rows * n; at += n) {
        for (let j = 0; j < n; j++) heap[at + j] = value(f(heap[at + j] + heap[(row >> 2) + j]));
      }
    },
    sumRows(x, stride, rows, n, sums) {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < n; j++) heap[(sums >> 2) + j] += heap[(x >> 2) + r * stride + j];
      }
    },
  };
}
