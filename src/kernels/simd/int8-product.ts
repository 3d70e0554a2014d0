/** Products of int8 windows with the weights of every channel: convolutions and fully connected layers. */

import type { ChannelRequantization } from '../int8/requantize.ts';
import type { Window } from '../window.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { int8ChannelConstants } from './int8-channels.ts';
import { isOneRow, planRowInt8 } from './int8-row.ts';
import {
  type Band,
  bandOf,
  int8Settings,
  pixelOffsets,
  simplestWindow,
  tapOffsets,
} from './int8-settings.ts';
import { int8SumRanges } from './int8-sum-ranges.ts';
import type { SimdPlan } from './simd-plan.ts';

/** Elements of a window that lie one after another, in the weights and in the band: as many at each offset. */
interface Runs {
  readonly offsets: readonly number[];
  readonly length: number;
}

function runsOf(window: Window, depth: number, band: Band): Runs {
  const taps = tapOffsets(window, band);
  if (window.dilationWidth !== 1) return { offsets: taps, length: depth };
  const offsets = taps.filter((_, tap) => tap % window.filterWidth === 0);
  return { offsets, length: window.filterWidth * depth };
}

/** So many channels are computed together, and `BLOCK` where less are left. */
const WIDE = 2 * BLOCK;

/**
 * [channels, runs, length] to [blocks of channels, runs, pairs, channels of the block, 2], with a 0 behind a run of odd
 * length, each channel times its power.
 */
function packPairs(weights: Int8Array, powers: Int32Array, length: number): Int16Array {
  const channels = powers.length;
  const runs = weights.length / channels / length;
  const padded = paddedChannels(channels);
  const runLength = length + (length % 2);
  const packed = new Int16Array(padded * runs * runLength);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    const lane = channel % WIDE;
    const width = Math.min(WIDE, padded - (channel - lane));
    let start = (channel - lane) * runs * runLength;
    for (let run = 0; run < runs; run++, start += runLength * width) {
      for (let i = 0; i < length; i++) {
        packed[start + (i >> 1) * 2 * width + 2 * lane + (i & 1)] = powers[channel] * weights[from++];
      }
    }
  }
  return packed;
}

/** weights [channels, window · depth]; output [pixels, channels]. Undefined for windows that cover too much. */
export function planProductInt8(
  p: ChannelRequantization & { readonly inputZeroPoint: number },
  slidingWindow: Window,
  depth: number,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  if (isOneRow(slidingWindow)) return planRowInt8(p, weights, bias);
  const window = simplestWindow(slidingWindow);
  const band = bandOf(window, depth);
  if (band === undefined) return undefined;
  const { offsets, length } = runsOf(window, depth, band);
  const channels = p.multipliers.length;
  const order = { channels, channelStep: weights.length / channels, step: 1 };
  const ranges = int8SumRanges(weights, order, p.inputZeroPoint, bias);
  const constantsOf = (nearest: boolean): readonly ArrayBufferView[] => {
    const { constants, powers } = int8ChannelConstants({ ...p, bias, ranges }, nearest);
    return [
      int8Settings(p, window, depth, band, { taps: offsets.length, tapPairs: Math.ceil(length / 2) }),
      constants,
      packPairs(weights, powers, length),
      Int32Array.from(offsets),
      pixelOffsets(window, band),
    ];
  };
  return {
    constants: constantsOf(false),
    refined: () => constantsOf(true),
    scratchBytes: band.scratchBytes,
    bind(
      { convInt8 },
      {
        inputs: [input],
        outputs: [output],
        scratch,
        constants: [settings, ofChannels, packed, runs, pixels],
      },
    ) {
      return () => convInt8(settings, ofChannels, packed, runs, pixels, scratch, input, output);
    },
  };
}
