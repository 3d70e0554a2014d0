/** The update rules of weights, as plain loops that round where the SIMD kernels do: settings too are float32. */

import type { TrainingKernels } from '../kernels.ts';
import type { Arithmetic } from './arithmetic.ts';

type OptimizerKernels = Pick<TrainingKernels, 'sgd' | 'momentum' | 'rmsprop' | 'adam'>;

export function optimizerKernels(heap: Float32Array, { round: f }: Arithmetic): OptimizerKernels {
  return {
    sgd(w, g, count, rate) {
      const r = f(rate);
      for (let i = 0; i < count; i++) heap[(w >> 2) + i] -= f(r * heap[(g >> 2) + i]);
    },
    momentum(w, g, v, count, rate, momentum, nesterov) {
      const [r, decay] = [f(rate), f(momentum)];
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        const velocity = f(f(decay * heap[(v >> 2) + i]) + gradient);
        heap[(v >> 2) + i] = velocity;
        const step = nesterov === 1 ? f(gradient + f(decay * velocity)) : velocity;
        heap[(w >> 2) + i] -= f(r * step);
      }
    },
    rmsprop(w, g, s, count, rate, decay, epsilon) {
      const [r, keep, tiny] = [f(rate), f(decay), f(epsilon)];
      const rest = f(1 - keep);
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        const square = f(f(keep * heap[(s >> 2) + i]) + f(rest * f(gradient * gradient)));
        heap[(s >> 2) + i] = square;
        heap[(w >> 2) + i] -= f(f(r * gradient) / f(Math.sqrt(f(square + tiny))));
      }
    },
    adam(w, g, m, v, count, rate, beta1, beta2, correction1, correction2, epsilon) {
      const [r, keep1, keep2] = [f(rate), f(beta1), f(beta2)];
      const [rest1, rest2] = [f(1 - keep1), f(1 - keep2)];
      const [c1, c2, tiny] = [f(correction1), f(correction2), f(epsilon)];
      for (let i = 0; i < count; i++) {
        const gradient = heap[(g >> 2) + i];
        const mean = f(f(keep1 * heap[(m >> 2) + i]) + f(rest1 * gradient));
        const square = f(f(keep2 * heap[(v >> 2) + i]) + f(rest2 * f(gradient * gradient)));
        heap[(m >> 2) + i] = mean;
        heap[(v >> 2) + i] = square;
        const root = f(f(Math.sqrt(f(square / c2))) + tiny);
        heap[(w >> 2) + i] -= f(r * f(f(mean / c1) / root));
      }
    },
  };
}
