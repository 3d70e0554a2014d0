/** The least and the largest value of every channel. */

import type { Fitting } from './step.ts';

export interface ChannelExtremes {
  /** Infinity for a channel without a number. */
  readonly low: Float32Array;
  readonly high: Float32Array;
}

/** NaN is not counted. */
export function channelExtremes(channels: number): Fitting<ChannelExtremes> {
  const low = new Float32Array(channels).fill(Infinity);
  const high = new Float32Array(channels).fill(-Infinity);
  return {
    passes: 1,
    see(samples) {
      for (let i = 0, channel = 0; i < samples.length; i++) {
        if (samples[i] < low[channel]) low[channel] = samples[i];
        if (samples[i] > high[channel]) high[channel] = samples[i];
        if (++channel === channels) channel = 0;
      }
    },
    endPass: () => undefined,
    parameters: () => ({ low, high }),
  };
}
