/** Depthwise convolutions of three by three taps, as `assembly/int8/depthwise-3x3.ts` has them. */

import type { Window } from '../window.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { type Band, bandOf } from './int8-settings.ts';

/** int16 of four channels: two of three columns, of two pairs of rows. */
const FOUR_WEIGHTS = 48;
const EIGHT_WEIGHTS = 2 * FOUR_WEIGHTS;
const PAIR_WEIGHTS = 24;
/** Rows of a window that begins in the middle of a pair reach into the one behind it, and otherwise a pair is half empty. */
const SPARE_ROWS = 1;

/** Undefined for other windows, and for those that cover too much. */
export function rowPairBand(window: Window): Band | undefined {
  const { filterHeight, filterWidth, dilationHeight, dilationWidth } = window;
  if (filterHeight !== 3 || filterWidth !== 3 || dilationHeight !== 1 || dilationWidth !== 1)
    return undefined;
  return bandOf(window, BLOCK, SPARE_ROWS);
}

/**
 * [3, 3, channels] to [blocks of 8 channels, first row in a pair, halves, pairs of rows, columns, 4 channels, 2], each channel
 * times its power.
 */
export function packRowPairs(weights: Int8Array, powers: Int32Array): Int16Array {
  const channels = powers.length;
  const packed = new Int16Array(paddedChannels(channels) * ((2 * EIGHT_WEIGHTS) / BLOCK));
  for (let tap = 0, from = 0; tap < 9; tap++) {
    const [row, column] = [Math.floor(tap / 3), tap % 3];
    for (let channel = 0; channel < channels; channel++, from++) {
      const lane = channel % BLOCK;
      const block =
        (channel - lane) * ((2 * EIGHT_WEIGHTS) / BLOCK) +
        (lane >> 2) * FOUR_WEIGHTS +
        column * BLOCK +
        2 * (lane & 3);
      for (const first of [0, 1]) {
        const at = block + first * EIGHT_WEIGHTS + ((row + first) >> 1) * PAIR_WEIGHTS + ((row + first) & 1);
        packed[at] = powers[channel] * weights[from];
      }
    }
  }
  return packed;
}
