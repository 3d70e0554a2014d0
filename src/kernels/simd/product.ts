/** Products of what lies under a window with the weights of every channel, of int16 and of float32. */

import type { FloatClamp } from '../float/finish-channels.ts';
import type { ChannelSums, Int16Bias } from '../int16/channel-sums.ts';
import type { Window } from '../window.ts';
import {
  BLOCK,
  floatBias,
  floatLimits,
  int16ChannelConstants,
  int16Limits,
  paddedChannels,
} from './channels.ts';
import type { SimdPlan } from './simd-plan.ts';
import { outputPixels, slidingFields } from './sliding-fields.ts';

/** As many columns as stay close to the processor. */
const COLUMNS_BYTES = 32768;

/** How many output pixels are computed at a time: whole groups of four. */
export function chunkOf(window: Window, columnBytes: number): number {
  const close = Math.max(4, Math.floor(COLUMNS_BYTES / columnBytes / 4) * 4);
  return Math.min(close, outputPixels(window));
}

/** Of eight channels of a pixel. */
export const SUMS_BYTES = 4 * BLOCK;

/** [channels, length] to [blocks of channels, pairs of elements, 8 channels, 2]. */
function packPairs(weights: Int8Array, channels: number, length: number): Int8Array {
  const pairs = Math.ceil(length / 2);
  const packed = new Int8Array(paddedChannels(channels) * pairs * 2);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    const lane = channel % BLOCK;
    const block = (channel - lane) * pairs * 2;
    for (let i = 0; i < length; i++) {
      packed[block + (i >> 1) * 2 * BLOCK + 2 * lane + (i & 1)] = weights[from++];
    }
  }
  return packed;
}

const INT16_SUMS_BYTES = 8 * BLOCK;

/**
 * weights [channels, window · depth]; output [pixels, channels]. The zero point of the input goes into the biases, so the
 * windows of an input that has one must lie inside it. Undefined where a bias is too large.
 */
export function planProductInt16(
  p: ChannelSums,
  inputZeroPoint: number,
  window: Window,
  depth: number,
  weights: Int8Array,
  bias: Int16Bias | undefined,
): SimdPlan | undefined {
  const channels = p.multipliers.length;
  const elements = weights.length / channels;
  const biases = Array.from({ length: channels }, (_, channel) => {
    const row = weights.subarray(channel * elements, (channel + 1) * elements);
    const sum = inputZeroPoint === 0 ? 0 : row.reduce((total, weight) => total + weight, 0);
    return BigInt(bias?.[channel] ?? 0) - BigInt(inputZeroPoint * sum);
  });
  const ofChannels = int16ChannelConstants(p, biases, elements);
  if (ofChannels === undefined) return undefined;
  const length = elements + (elements % 2);
  const chunk = chunkOf(window, 2 * length);
  return {
    constants: [
      slidingFields(window, depth),
      int16Limits(p),
      ofChannels,
      packPairs(weights, channels, elements),
    ],
    scratchBytes: chunk * (2 * length + INT16_SUMS_BYTES),
    bind(
      { convInt16 },
      { inputs: [input], outputs: [output], scratch, constants: [sliding, limits, constants, packed] },
    ) {
      return () => convInt16(sliding, limits, constants, packed, length, chunk, scratch, input, output);
    },
  };
}

/** [channels, length] to [blocks of channels, length, 8 channels]. */
function packColumns(weights: Float32Array, channels: number, length: number): Float32Array {
  const packed = new Float32Array(paddedChannels(channels) * length);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    const lane = channel % BLOCK;
    const block = (channel - lane) * length + lane;
    for (let i = 0; i < length; i++) packed[block + i * BLOCK] = weights[from++];
  }
  return packed;
}

/** weights [channels, window · depth]; output [pixels, channels]. */
export function planProductFloat(
  p: FloatClamp,
  channels: number,
  window: Window,
  depth: number,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan {
  const length = weights.length / channels;
  const chunk = chunkOf(window, 4 * length);
  return {
    constants: [
      slidingFields(window, depth),
      floatLimits(p, channels),
      floatBias(bias, channels),
      packColumns(weights, channels, length),
    ],
    scratchBytes: chunk * (4 * length + SUMS_BYTES),
    bind(
      { convFloat },
      { inputs: [input], outputs: [output], scratch, constants: [sliding, limits, biases, packed] },
    ) {
      return () => convFloat(sliding, limits, biases, packed, length, chunk, scratch, input, output);
    },
  };
}
