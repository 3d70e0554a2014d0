/** The sine project's data: x ~ U[low, high), y = sin(x)·√x + noise·N(0, 1). */

import { createRandom } from '../../core/random.ts';

export interface SineOptions {
  readonly samples: number;
  /** Standard deviation of the noise; its square is the least mean squared error a model can reach. */
  readonly noise: number;
  readonly low: number;
  readonly high: number;
}

export interface LabelledSamples {
  /** [samples, 1] */
  readonly x: Float32Array;
  /** [samples, 1], with noise. */
  readonly y: Float32Array;
  /** [samples, 1], the function itself. */
  readonly truth: Float32Array;
}

export function sineSamples({ samples, noise, low, high }: SineOptions, seed: number): LabelledSamples {
  const random = createRandom(seed, 'sine dataset');
  const x = new Float32Array(samples);
  const y = new Float32Array(samples);
  const truth = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    x[i] = low + (high - low) * random.uniform();
    truth[i] = Math.sin(x[i]) * Math.sqrt(x[i]);
    y[i] = truth[i] + noise * random.normal();
  }
  return { x, y, truth };
}
