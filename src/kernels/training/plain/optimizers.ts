/** The update rules of weights, as plain loops. */

import type { TrainingKernels } from '../kernels.ts';

type OptimizerKernels = Pick<TrainingKernels, 'sgd' | 'momentum' | 'rmsprop' | 'adam'>;

export function optimizerKernels(heap: Float32Array): OptimizerKernels {
  return {
    sgd(w, g, count, rate) {
      for (let i = 0; i < count; i++) heap[(w >> 2) + i] -= rate * heap[(g >> 2) + i];
    },
    momentum(w, g, v, count, rate, momentum, nesterov) {
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        heap[(v >> 2) + i] = momentum * heap[(v >> 2) + i] + gradient;
        const velocity = heap[(v >> 2) + i];
        heap[(w >> 2) + i] -= rate * (nesterov === 1 ? gradient + momentum * velocity : velocity);
      }
    },
    rmsprop(w, g, s, count, rate, decay, epsilon) {
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        heap[(s >> 2) + i] = decay * heap[(s >> 2) + i] + (1 - decay) * gradient * gradient;
        heap[(w >> 2) + i] -= (rate * gradient) / Math.sqrt(heap[(s >> 2) + i] + epsilon);
      }
    },
    adam(w, g, m, v, count, rate, beta1, beta2, correction1, correction2, epsilon) {
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        heap[(m >> 2) + i] = beta1 * heap[(m >> 2) + i] + (1 - beta1) * gradient;
        heap[(v >> 2) + i] = beta2 * heap[(v >> 2) + i] + (1 - beta2) * gradient * gradient;
        const root = Math.sqrt(heap[(v >> 2) + i] / correction2) + epsilon;
        heap[(w >> 2) + i] -= (rate * heap[(m >> 2) + i]) / correction1 / root;
      }
    },
  };
}
