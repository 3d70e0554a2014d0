/** Functions of elements and of rows, as plain loops that round and add in the order of the SIMD kernels. */

import type { TrainingKernels } from '../kernels.ts';
import { activations } from './activations.ts';
import { type Arithmetic, sumOfLanes } from './arithmetic.ts';

type ElementwiseKernels = Pick<
  TrainingKernels,
  | 'add'
  | 'multiply'
  | 'activate'
  | 'activateBackward'
  | 'softmax'
  | 'softmaxBackward'
  | 'sumOfSquares'
  | 'scale'
>;

export function elementwiseKernels(heap: Float32Array, arithmetic: Arithmetic): ElementwiseKernels {
  const { round: f, exp } = arithmetic;
  const functions = activations(arithmetic);
  return {
    add(from, to, count) {
      for (let i = 0; i < count; i++) heap[(to >> 2) + i] += heap[(from >> 2) + i];
    },
    multiply(a, b, to, count) {
      for (let i = 0; i < count; i++) heap[(to >> 2) + i] = heap[(a >> 2) + i] * heap[(b >> 2) + i];
    },
    activate(code, x, y, count) {
      const { value } = functions[code];
      for (let i = 0; i < count; i++) heap[(y >> 2) + i] = value(heap[(x >> 2) + i]);
    },
    activateBackward(code, y, dy, dx, count) {
      const { back } = functions[code];
      for (let i = 0; i < count; i++) heap[(dx >> 2) + i] = back(heap[(y >> 2) + i], heap[(dy >> 2) + i]);
    },
    softmax(x, y, rows, n) {
      for (let r = 0; r < rows; r++) {
        const [from, to] = [(x >> 2) + r * n, (y >> 2) + r * n];
        let most = -Infinity;
        for (let j = 0; j < n; j++) most = Math.max(most, heap[from + j]);
        for (let j = 0; j < n; j++) heap[to + j] = exp(f(heap[from + j] - most));
        const whole = to + (n & ~3);
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let at = to; at < whole; at += 4) {
          s0 = f(s0 + heap[at]);
          s1 = f(s1 + heap[at + 1]);
          s2 = f(s2 + heap[at + 2]);
          s3 = f(s3 + heap[at + 3]);
        }
        let sum = sumOfLanes(arithmetic, s0, s1, s2, s3);
        for (let at = whole; at < to + n; at++) sum = f(sum + heap[at]);
        const share = f(1 / sum);
        for (let j = 0; j < n; j++) heap[to + j] *= share;
      }
    },
    softmaxBackward(y, dy, dx, rows, n) {
      for (let start = 0; start < rows * n; start += n) {
        let sum = 0;
        for (let j = start; j < start + n; j++) sum = f(sum + f(heap[(dy >> 2) + j] * heap[(y >> 2) + j]));
        for (let j = start; j < start + n; j++) {
          heap[(dx >> 2) + j] = heap[(y >> 2) + j] * f(heap[(dy >> 2) + j] - sum);
        }
      }
    },
    sumOfSquares(x, count) {
      const start = x >> 2;
      const end = start + (count & ~3);
      const lanes = new Float64Array(4);
      for (let i = start; i < end; i++) lanes[(i - start) & 3] += heap[i] * heap[i];
      let sum = lanes[0] + lanes[2] + (lanes[1] + lanes[3]);
      for (let i = end; i < start + count; i++) sum += heap[i] * heap[i];
      return sum;
    },
    scale(x, count, factor) {
      const rounded = f(factor);
      for (let i = x >> 2; i < (x >> 2) + count; i++) heap[i] *= rounded;
    },
  };
}
