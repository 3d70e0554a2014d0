/** One row times a matrix: dense layers of one sample, and convolutions whose one window is the image. */

import type { ChannelRequantization } from '../int8/requantize.ts';
import type { Window } from '../window.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { int8Outputs, int8RowConstants } from './int8-channels.ts';
import { int8SumRanges } from './int8-sum-ranges.ts';
import type { SimdPlan } from './simd-plan.ts';
import { outputPixels } from './sliding-fields.ts';

/** Channels that are computed together, and `BLOCK` where no more are left. */
const WIDE = 4 * BLOCK;
/** Of sixteen elements of the row, which are spread at a time, to as many int16. */
const SPREAD_BYTES = 32;
const SUM_BYTES = 4;
/** Added to every second weight, which then is the unsigned byte below the one before it. */
const LOW_OFFSET = 128;

/** Whether there is one window, which is all of the input. */
export function isOneRow(window: Window): boolean {
  const { filterHeight, filterWidth, inputHeight, inputWidth } = window;
  const isWhole = filterHeight === inputHeight && filterWidth === inputWidth;
  const isDense = window.dilationHeight === 1 && window.dilationWidth === 1;
  return outputPixels(window) === 1 && isWhole && isDense && window.padTop === 0 && window.padLeft === 0;
}

/** [channels, length] to [blocks of channels, fours, channels of the block, 4], as `assembly/int8/row.ts` has them. */
function packFours(weights: Int8Array, channels: number, padded: number): Uint8Array {
  const length = weights.length / channels;
  const packed = new Uint8Array(paddedChannels(channels) * padded);
  for (let i = 0; i < packed.length; i += 2) packed[i] = LOW_OFFSET;
  for (let channel = 0, from = 0; channel < channels; channel++) {
    const isWide = channel - (channel % WIDE) + WIDE <= paddedChannels(channels);
    const width = isWide ? WIDE : BLOCK;
    const lane = channel % width;
    const start = (channel - lane) * padded + 4 * lane;
    for (let i = 0; i < length; i++) packed[start + (i >> 2) * 4 * width + ((i & 3) ^ 1)] += weights[from++];
  }
  return packed;
}

/** What the kernel's sums have too little: the zero point of the input, and `LOW_OFFSET` times every first of two weights. */
function rowBias(
  weights: Int8Array,
  channels: number,
  zeroPoint: number,
  bias: Int32Array | undefined,
): Int32Array {
  const length = weights.length / channels;
  return Int32Array.from({ length: paddedChannels(channels) }, (_, channel) => {
    if (channel >= channels) return 0;
    let sum = bias?.[channel] ?? 0;
    for (let i = 0, at = channel * length; i < length; i++, at++) {
      sum = (sum + weights[at] * ((~i & 1) * LOW_OFFSET - zeroPoint)) | 0;
    }
    return sum;
  });
}

/** A matrix as `assembly/int8/row.ts` multiplies a row with it. */
export interface RowMatrix {
  /** Elements of the row, four at a time. */
  readonly fours: number;
  /** Of the last sixteen elements, which fours are none of the row: −1 for them, and 0 for the others. */
  readonly beyond: readonly number[];
  readonly biases: Int32Array;
  readonly packed: Uint8Array;
}

/** weights [channels, length of the row]. */
export function rowMatrix(
  weights: Int8Array,
  channels: number,
  zeroPoint: number,
  bias: Int32Array | undefined,
): RowMatrix {
  const fours = Math.ceil(weights.length / channels / 4);
  const lastFours = fours - 4 * (Math.ceil(fours / 4) - 1);
  return {
    fours,
    beyond: [0, 1, 2, 3].map((four) => (four < lastFours ? 0 : -1)),
    biases: rowBias(weights, channels, zeroPoint, bias),
    packed: packFours(weights, channels, 4 * fours),
  };
}

/** Of a row of so many fours as it is spread. */
export function spreadBytes(fours: number): number {
  return Math.ceil(fours / 4) * SPREAD_BYTES;
}

/** weights [channels, length of the row]; output [channels]. */
export function planRowInt8(
  p: ChannelRequantization & { readonly inputZeroPoint: number },
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan {
  const channels = p.multipliers.length;
  const {
    fours,
    beyond,
    biases: ofRow,
    packed: bytes,
  } = rowMatrix(weights, channels, p.inputZeroPoint, bias);
  const order = { channels, channelStep: weights.length / channels, step: 1 };
  const ranges = int8SumRanges(weights, order, p.inputZeroPoint, bias);
  const { constants, saturated, isAlike } = int8RowConstants({ ...p, ranges });
  return {
    constants: [
      Int32Array.of(...int8Outputs(p), fours, saturated, Number(isAlike), 0, 0, 0, ...beyond),
      ofRow,
      constants,
      bytes,
    ],
    scratchBytes: spreadBytes(fours) + WIDE * SUM_BYTES,
    bind(
      { rowInt8 },
      { inputs: [input], outputs: [output], scratch, constants: [settings, biases, ofChannels, packed] },
    ) {
      return () => rowInt8(settings, biases, ofChannels, packed, scratch, input, output);
    },
  };
}
