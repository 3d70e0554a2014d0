import type { DepthwiseConvFloat } from '../float/depthwise_conv_2d.ts';
import type { Int16Bias } from '../int16/channel-sums.ts';
import type { DepthwiseConvInt16 } from '../int16/depthwise_conv_2d.ts';
import type { Window } from '../window.ts';
import {
  BLOCK,
  floatBias,
  floatLimits,
  int16ChannelConstants,
  int16Limits,
  paddedChannels,
} from './channels.ts';
import { type InferenceKernels, OVERREAD_BYTES, type SimdPlan } from './simd-plan.ts';
import { slidingFields } from './sliding-fields.ts';

/** [taps, channels] to [taps, channels in whole blocks]. */
function padRows<T extends Int8Array | Float32Array>(weights: T, channels: number, padded: T): T {
  for (let from = 0, to = 0; from < weights.length; from += channels, to += paddedChannels(channels)) {
    padded.set(weights.subarray(from, from + channels), to);
  }
  return padded;
}

function inputPixels({ batches, inputHeight, inputWidth }: Window): number {
  return batches * inputHeight * inputWidth;
}

/** What differs between the two types; both kernels have the same operands. */
interface Variant<T extends Int8Array | Float32Array> {
  /** Of an element of the input, and of a sum. */
  readonly elementBytes: number;
  readonly sumBytes: number;
  readonly limits: ArrayBufferView;
  readonly channelConstants: ArrayBufferView;
  padded(length: number): T;
  readonly multiply: (kernels: InferenceKernels) => InferenceKernels['depthwiseInt16'];
  readonly repeat: (kernels: InferenceKernels) => InferenceKernels['repeatInt16'];
}

function planDepthwise<T extends Int8Array | Float32Array>(
  { window, inputDepth }: DepthwiseConvInt16 | DepthwiseConvFloat,
  channels: number,
  weights: T,
  variant: Variant<T>,
): SimdPlan {
  const taps = window.filterHeight * window.filterWidth;
  const elements = inputPixels(window) * inputDepth;
  const times = channels / inputDepth;
  const sumBytes = variant.sumBytes * BLOCK * window.outputWidth;
  // Where there are several output channels for each of the input, the input repeated that often lies behind the sums.
  const repeatedBytes = times === 1 ? 0 : elements * times * variant.elementBytes + OVERREAD_BYTES;
  return {
    constants: [
      slidingFields(window, channels),
      variant.limits,
      variant.channelConstants,
      padRows(weights, channels, variant.padded(taps * paddedChannels(channels))),
    ],
    scratchBytes: sumBytes + repeatedBytes,
    bind(kernels, at) {
      const {
        outputs: [output],
        scratch,
      } = at;
      const [input] = at.inputs;
      const [sliding, limits, ofChannels, padded] = at.constants;
      const multiply = variant.multiply(kernels);
      if (times === 1) return () => multiply(sliding, limits, ofChannels, padded, scratch, input, output);
      const repeat = variant.repeat(kernels);
      const repeated = scratch + sumBytes;
      return () => {
        repeat(input, elements, times, repeated);
        multiply(sliding, limits, ofChannels, padded, scratch, repeated, output);
      };
    },
  };
}

/** So many products of int16 and int8 an int32 adds up. */
const MOST_TAPS = 511;

/** Equal to `depthwiseConvInt16`; undefined for larger windows than any layer has, and for biases that are too large. */
export function planDepthwiseInt16(
  p: DepthwiseConvInt16,
  weights: Int8Array,
  bias: Int16Bias | undefined,
): SimdPlan | undefined {
  const taps = p.window.filterHeight * p.window.filterWidth;
  const biases = p.multipliers.map((_, channel) => BigInt(bias?.[channel] ?? 0));
  const channelConstants = int16ChannelConstants(p, biases, taps);
  if (taps > MOST_TAPS || channelConstants === undefined) return undefined;
  return planDepthwise(p, p.multipliers.length, weights, {
    elementBytes: 2,
    sumBytes: 8,
    limits: int16Limits(p),
    channelConstants,
    padded: (length) => new Int8Array(length),
    multiply: ({ depthwiseInt16 }) => depthwiseInt16,
    repeat: ({ repeatInt16 }) => repeatInt16,
  });
}

/** Equal to `depthwiseConvFloat`. */
export function planDepthwiseFloat(
  p: DepthwiseConvFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan {
  const channels = p.outputDepth;
  return planDepthwise(p, channels, weights, {
    elementBytes: 4,
    sumBytes: 4,
    limits: floatLimits(p, channels),
    channelConstants: floatBias(bias, channels),
    padded: (length) => new Float32Array(length),
    multiply: ({ depthwiseFloat }) => depthwiseFloat,
    repeat: ({ repeatFloat }) => repeatFloat,
  });
}
