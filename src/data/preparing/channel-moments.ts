/** Mean and spread of every channel, in double precision and two passes, as `standardNormalization` computes them. */

import type { Fitting } from './step.ts';

export interface ChannelMoments {
  /** Rounded to float32; NaN for a channel without a number. */
  readonly means: readonly number[];
  /** Of the whole, about those means; 0 for a channel that never changes. */
  readonly deviations: readonly number[];
}

/** NaN is not counted. */
export function channelMoments(channels: number): Fitting<ChannelMoments> {
  const counts = new Float64Array(channels);
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let means: readonly number[] | undefined;

  const seeFirst = (samples: Float32Array): void => {
    for (let i = 0, channel = 0; i < samples.length; i++) {
      if (!Number.isNaN(samples[i])) {
        counts[channel]++;
        sums[channel] += samples[i];
      }
      if (++channel === channels) channel = 0;
    }
  };

  const seeSecond = (samples: Float32Array, around: readonly number[]): void => {
    for (let i = 0, channel = 0; i < samples.length; i++) {
      if (!Number.isNaN(samples[i])) squares[channel] += (samples[i] - around[channel]) ** 2;
      if (++channel === channels) channel = 0;
    }
  };

  const found = (): readonly number[] =>
    Array.from(sums, (sum, channel) => Math.fround(sum / counts[channel]));

  return {
    passes: 2,
    see(samples) {
      if (means === undefined) seeFirst(samples);
      else seeSecond(samples, means);
    },
    endPass() {
      means ??= found();
    },
    parameters: () => ({
      means: means ?? found(),
      deviations: Array.from(squares, (sum, channel) => Math.sqrt(sum / counts[channel])),
    }),
  };
}

/** A fitting that asks the same of the samples, and makes something else of the answer. */
export function mapFitting<From, To>(fitting: Fitting<From>, map: (found: From) => To): Fitting<To> {
  return { ...fitting, parameters: () => map(fitting.parameters()) };
}
