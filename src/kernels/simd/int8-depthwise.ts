import { alignUp } from '../../core/alignment.ts';
import type { DepthwiseConvInt8 } from '../int8/depthwise_conv_2d.ts';
import { BLOCK, paddedChannels } from './channels.ts';
import { int8ChannelConstants } from './int8-channels.ts';
import { packRowPairs, rowPairBand } from './int8-depthwise-3x3.ts';
import { planProductInt8 } from './int8-product.ts';
import { type Band, bandOf, int8Settings, pixelOffsets, tapOffsets } from './int8-settings.ts';
import { int8SumRanges } from './int8-sum-ranges.ts';
import {
  type Address,
  type InferenceKernels,
  OVERREAD_BYTES,
  type SimdPlaces,
  type SimdPlan,
} from './simd-plan.ts';

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

/** What all ways to go through the taps of a window begin with. */
interface Depthwise {
  readonly p: DepthwiseConvInt8;
  readonly weights: Int8Array;
  readonly ofChannels: Uint8Array;
  readonly powers: Int32Array;
}

/** A way to go through them: constants of the plan, and the kernel, which reads an input that has as many channels as the output. */
interface Way {
  readonly band: Band;
  readonly constants: readonly ArrayBufferView[];
  bind(kernels: InferenceKernels, at: SimdPlaces): (input: Address) => void;
}

/** Undefined for windows that are not three by three, and for those that cover too much. */
function byRowPairs({ p, weights, ofChannels, powers }: Depthwise): Way | undefined {
  const { window } = p;
  const band = rowPairBand(window);
  if (band === undefined) return undefined;
  return {
    band,
    constants: [
      int8Settings(p, window, powers.length, band, { taps: 9, tapPairs: 1 }),
      ofChannels,
      packRowPairs(weights, powers),
    ],
    bind({ depthwise3x3Int8 }, { outputs: [output], scratch, constants: [settings, channels, packed] }) {
      const { strideWidth } = window;
      return (input) => depthwise3x3Int8(settings, channels, packed, strideWidth, scratch, input, output);
    },
  };
}

/** Undefined for windows that cover too much. */
function byTapPairs({ p, weights, ofChannels, powers }: Depthwise): Way | undefined {
  const { window } = p;
  const band = bandOf(window, BLOCK);
  if (band === undefined) return undefined;
  const taps = tapOffsets(window, band);
  // The weights beside the last of an odd number are 0.
  if (taps.length % 2 === 1) taps.push(0);
  return {
    band,
    constants: [
      int8Settings(p, window, powers.length, band, { taps: taps.length / 2, tapPairs: 1 }),
      ofChannels,
      packTapPairs(weights, powers),
      Int32Array.from(taps),
      pixelOffsets(window, band),
    ],
    bind(
      { depthwiseInt8 },
      { outputs: [output], scratch, constants: [settings, channels, packed, offsets, pixels] },
    ) {
      return (input) => depthwiseInt8(settings, channels, packed, offsets, pixels, scratch, input, output);
    },
  };
}

/** [taps, channels] to [channels, taps]. */
function byChannel(weights: Int8Array, channels: number): Int8Array {
  const taps = weights.length / channels;
  return weights.map((_, i) => weights[(i % taps) * channels + Math.floor(i / taps)]);
}

/** Equal to `depthwiseConvInt8`; undefined for windows that cover too much. */
export function planDepthwiseInt8(
  p: DepthwiseConvInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  const { window, inputDepth } = p;
  const channels = p.multipliers.length;
  // One channel of which several are made is what a convolution has.
  if (inputDepth === 1 && channels > 1)
    return planProductInt8(p, window, 1, byChannel(weights, channels), bias);
  const order = { channels, channelStep: 1, step: channels };
  const ranges = int8SumRanges(weights, order, p.inputZeroPoint, bias);
  const wayOf = (nearest: boolean): Way | undefined => {
    const { constants: ofChannels, powers } = int8ChannelConstants({ ...p, bias, ranges }, nearest);
    const depthwise = { p, weights, ofChannels, powers };
    return byRowPairs(depthwise) ?? byTapPairs(depthwise);
  };
  const way = wayOf(false);
  if (way === undefined) return undefined;
  const { band, constants } = way;
  const elements = window.batches * window.inputHeight * window.inputWidth * inputDepth;
  const times = channels / inputDepth;
  // Where there are several output channels for each of the input, the input repeated that often lies behind the band.
  const repeatedAt = alignUp(band.scratchBytes);
  return {
    constants,
    refined: () => wayOf(true)?.constants ?? [],
    scratchBytes: times === 1 ? band.scratchBytes : repeatedAt + elements * times + OVERREAD_BYTES,
    bind(kernels, at) {
      const multiply = way.bind(kernels, at);
      const [input] = at.inputs;
      if (times === 1) return () => multiply(input);
      const { repeatInt8 } = kernels;
      const repeated = at.scratch + repeatedAt;
      return () => {
        repeatInt8(input, elements, times, repeated);
        multiply(repeated);
      };
    },
  };
}
