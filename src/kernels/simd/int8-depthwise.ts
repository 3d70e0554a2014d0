import { alignUp } from '../../core/alignment.ts';
import type { DepthwiseConvInt8 } from '../int8/depthwise_conv_2d.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { int8ChannelConstants } from './int8-channels.ts';
import { bandOf, int8Settings, pixelOffsets, tapOffsets } from './int8-settings.ts';
import { int8SumRanges } from './int8-sum-ranges.ts';
import { OVERREAD_BYTES, type SimdPlan } from './simd-plan.ts';

/** [taps, channels] to [blocks of channels, pairs of taps, 8 channels, 2], each channel times its power. */
function packTapPairs(weights: Int8Array, powers: Int32Array): Int16Array {
  const channels = powers.length;
  const taps = weights.length / channels;
  const pairs = Math.ceil(taps / 2);
  const packed = new Int16Array(paddedChannels(channels) * pairs * 2);
  for (let tap = 0, from = 0; tap < taps; tap++) {
    for (let channel = 0; channel < channels; channel++) {
      const lane = channel % BLOCK;
      const block = (channel - lane) * pairs * 2;
      packed[block + (tap >> 1) * 2 * BLOCK + 2 * lane + (tap & 1)] = powers[channel] * weights[from++];
    }
  }
  return packed;
}

/** Equal to `depthwiseConvInt8`; undefined for windows that cover too much. */
export function planDepthwiseInt8(
  p: DepthwiseConvInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  const { window, inputDepth } = p;
  const channels = p.multipliers.length;
  const band = bandOf(window, BLOCK);
  if (band === undefined) return undefined;
  const taps = tapOffsets(window, band);
  // The weights beside the last of an odd number are 0.
  if (taps.length % 2 === 1) taps.push(0);
  const elements = window.batches * window.inputHeight * window.inputWidth * inputDepth;
  const times = channels / inputDepth;
  // Where there are several output channels for each of the input, the input repeated that often lies behind the band.
  const repeatedAt = alignUp(band.scratchBytes);
  const order = { channels, channelStep: 1, step: channels };
  const ranges = int8SumRanges(weights, order, p.inputZeroPoint, bias);
  const { constants, powers } = int8ChannelConstants({ ...p, bias, ranges });
  return {
    constants: [
      int8Settings(p, window, channels, band, { taps: taps.length / 2, tapPairs: 1 }),
      constants,
      packTapPairs(weights, powers),
      Int32Array.from(taps),
      pixelOffsets(window, band),
    ],
    scratchBytes: times === 1 ? band.scratchBytes : repeatedAt + elements * times + OVERREAD_BYTES,
    bind({ depthwiseInt8, repeatInt8 }, { inputs: [input], output, scratch, constants: at }) {
      const [settings, ofChannels, packed, offsets, pixels] = at;
      const multiply = (from: number): void =>
        depthwiseInt8(settings, ofChannels, packed, offsets, pixels, scratch, from, output);
      if (times === 1) return () => multiply(input);
      const repeated = scratch + repeatedAt;
      return () => {
        repeatInt8(input, elements, times, repeated);
        multiply(repeated);
      };
    },
  };
}
