/** The last step of every int8 kernel with an int32 accumulator. */

import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';

export interface Requantization {
  readonly outputZeroPoint: number;
  readonly clampMin: number;
  readonly clampMax: number;
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}

export interface ChannelRequantization extends Requantization {
  /** One per output channel; filled with one value where the weights are per tensor. */
  readonly multipliers: readonly number[];
  readonly shifts: readonly number[];
}

/** The same with arrays that loops read fast. */
export interface ChannelSteps extends Requantization {
  readonly multipliers: Int32Array;
  readonly shifts: Int32Array;
}

export function channelSteps(p: ChannelRequantization): ChannelSteps {
  const { outputZeroPoint, clampMin, clampMax } = p;
  return {
    multipliers: Int32Array.from(p.multipliers),
    shifts: Int32Array.from(p.shifts),
    outputZeroPoint,
    clampMin,
    clampMax,
  };
}

/** The accumulators of all channels of one pixel, which goes to `output` from `start` on. */
export function requantizeChannels(
  p: ChannelSteps,
  sums: Int32Array,
  bias: Int32Array | undefined,
  output: Int8Array,
  start: number,
): void {
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = p;
  for (let channel = 0; channel < sums.length; channel++) {
    const sum = bias === undefined ? sums[channel] : (sums[channel] + bias[channel]) | 0;
    const scaled = multiplyByQuantizedMultiplier(sum, multipliers[channel], shifts[channel]);
    output[start + channel] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
  }
}
