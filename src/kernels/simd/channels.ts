/** What belongs to output channels, as the assembly reads it: eight channels at a time, those beyond the last idle. */

import { reducedMultiplier } from '../../core/fixed-point.ts';
import type { FloatClamp } from '../float/finish-channels.ts';
import type { ChannelSums } from '../int16/channel-sums.ts';

export const BLOCK = 8;

export function paddedChannels(channels: number): number {
  return Math.ceil(channels / BLOCK) * BLOCK;
}

/** `Int16Limits` of `assembly/int16-requantize.ts`. */
export function int16Limits(p: ChannelSums): Int32Array {
  return Int32Array.of(p.multipliers.length, p.outputZeroPoint, p.clampMin, p.clampMax, p.accumulatorBits);
}

const INT16_CHANNEL_BYTES = 16;
/** TFLM asserts of sums of 64 bits that they stay below. */
const MOST_SUM = 2n ** 47n;

/**
 * Of every channel: bias (int64), multiplier and shift (int32 each), the wide ones as `multiplyWideByReduced` takes them.
 * Undefined where a sum of so many products might be one that the plain kernel refuses.
 */
export function int16ChannelConstants(
  p: ChannelSums,
  biases: readonly bigint[],
  products: number,
): Uint8Array | undefined {
  const reach = BigInt(products) * 2n ** 23n;
  const isWide = p.accumulatorBits === 64;
  const buffer = new ArrayBuffer(p.multipliers.length * INT16_CHANNEL_BYTES);
  const view = new DataView(buffer);
  for (const [channel, bias] of biases.entries()) {
    if (isWide && !(bias >= reach - MOST_SUM && bias < MOST_SUM - reach)) return undefined;
    const at = channel * INT16_CHANNEL_BYTES;
    const [multiplier, shift] = [p.multipliers[channel], p.shifts[channel]];
    view.setBigInt64(at, bias, true);
    view.setInt32(at + 8, isWide ? reducedMultiplier(multiplier) : multiplier, true);
    view.setInt32(at + 12, isWide ? 15 - shift : shift, true);
  }
  return new Uint8Array(buffer);
}

/** `FloatLimits` of `assembly/float/finish.ts`. */
export function floatLimits({ clampMin, clampMax }: FloatClamp, channels: number): Uint8Array {
  const buffer = new ArrayBuffer(12);
  new Int32Array(buffer, 0, 1)[0] = channels;
  new Float32Array(buffer, 4, 2).set([clampMin, clampMax]);
  return new Uint8Array(buffer);
}

/** Zeros without a bias: a sum, which begins with 0, never is −0. */
export function floatBias(bias: Float32Array | undefined, channels: number): Float32Array {
  const padded = new Float32Array(paddedChannels(channels));
  if (bias !== undefined) padded.set(bias);
  return padded;
}
