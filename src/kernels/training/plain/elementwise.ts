/** Functions of elements and of rows, as plain loops. */

import { ACTIVATION_CODES, type ActivationCode, type TrainingKernels } from '../kernels.ts';

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

type Activation = {
  value(x: number): number;
  /** f′ from the function's value. */
  derivative(y: number): number;
};

const ACTIVATIONS: Readonly<Record<ActivationCode, Activation>> = {
  [ACTIVATION_CODES.linear]: { value: (x) => x, derivative: () => 1 },
  [ACTIVATION_CODES.relu]: { value: (x) => Math.max(x, 0), derivative: (y) => (y > 0 ? 1 : 0) },
  [ACTIVATION_CODES.relu6]: {
    value: (x) => Math.min(Math.max(x, 0), 6),
    derivative: (y) => (y > 0 && y < 6 ? 1 : 0),
  },
  [ACTIVATION_CODES.sigmoid]: { value: (x) => 1 / (1 + Math.exp(-x)), derivative: (y) => y * (1 - y) },
  [ACTIVATION_CODES.tanh]: { value: Math.tanh, derivative: (y) => 1 - y * y },
};

export function elementwiseKernels(heap: Float32Array): ElementwiseKernels {
  return {
    add(from, to, count) {
      for (let i = 0; i < count; i++) heap[(to >> 2) + i] += heap[(from >> 2) + i];
    },
    multiply(a, b, to, count) {
      for (let i = 0; i < count; i++) heap[(to >> 2) + i] = heap[(a >> 2) + i] * heap[(b >> 2) + i];
    },
    activate(code, x, y, count) {
      const { value } = ACTIVATIONS[code];
      for (let i = 0; i < count; i++) heap[(y >> 2) + i] = value(heap[(x >> 2) + i]);
    },
    activateBackward(code, y, dy, dx, count) {
      const { derivative } = ACTIVATIONS[code];
      for (let i = 0; i < count; i++) {
        heap[(dx >> 2) + i] = heap[(dy >> 2) + i] * derivative(heap[(y >> 2) + i]);
      }
    },
    softmax(x, y, rows, n) {
      for (let r = 0; r < rows; r++) {
        const [from, to] = [(x >> 2) + r * n, (y >> 2) + r * n];
        let most = -Infinity;
        for (let j = 0; j < n; j++) most = Math.max(most, heap[from + j]);
        let sum = 0;
        for (let j = 0; j < n; j++) {
          heap[to + j] = Math.exp(heap[from + j] - most);
          sum += heap[to + j];
        }
        for (let j = 0; j < n; j++) heap[to + j] /= sum;
      }
    },
    softmaxBackward(y, dy, dx, rows, n) {
      for (let start = 0; start < rows * n; start += n) {
        let sum = 0;
        for (let j = start; j < start + n; j++) sum += heap[(dy >> 2) + j] * heap[(y >> 2) + j];
        for (let j = start; j < start + n; j++) {
          heap[(dx >> 2) + j] = heap[(y >> 2) + j] * (heap[(dy >> 2) + j] - sum);
        }
      }
    },
    sumOfSquares(x, count) {
      let sum = 0;
      for (let i = x >> 2; i < (x >> 2) + count; i++) sum += heap[i] * heap[i];
      return sum;
    },
    scale(x, count, factor) {
      for (let i = x >> 2; i < (x >> 2) + count; i++) heap[i] *= factor;
    },
  };
}
