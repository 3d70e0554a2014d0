import type { DepthwiseConvFloat } from '../float/depthwise_conv_2d.ts';
import type { DepthwiseConvInt8 } from '../int8/depthwise_conv_2d.ts';
import type { Window } from '../window.ts';
import {
  BLOCK,
  floatBias,
  floatLimits,
  int8ChannelConstants,
  int8Limits,
  paddedChannels,
} from './channels.ts';
import { OVERREAD_BYTES, type SimdPlan } from './simd-plan.ts';
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

/** Behind the sums, where there are several output channels for each of the input, the input repeated that often. */
function scratchOf(window: Window, channels: number, inputDepth: number, elementBytes: number) {
  const sums = 4 * BLOCK * window.outputWidth;
  const repeated =
    channels === inputDepth ? 0 : inputPixels(window) * channels * elementBytes + OVERREAD_BYTES;
  return { sums, bytes: sums + repeated };
}

/** Equal to `depthwiseConvInt8`. */
export function planDepthwiseInt8(
  p: DepthwiseConvInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan {
  const { window, inputDepth } = p;
  const channels = p.sums.length;
  const taps = window.filterHeight * window.filterWidth;
  const scratchUse = scratchOf(window, channels, inputDepth, 1);
  const elements = inputPixels(window) * inputDepth;
  return {
    constants: [
      slidingFields(window, channels),
      int8Limits(p),
      int8ChannelConstants(p, bias),
      padRows(weights, channels, new Int8Array(taps * paddedChannels(channels))),
    ],
    scratchBytes: scratchUse.bytes,
    bind({ depthwiseInt8, repeatInt8 }, at) {
      const { input, output, scratch } = at;
      const [sliding, limits, ofChannels, padded] = at.constants;
      if (channels === inputDepth) {
        return () => depthwiseInt8(sliding, limits, ofChannels, padded, scratch, input, output);
      }
      const repeated = scratch + scratchUse.sums;
      return () => {
        repeatInt8(input, elements, channels / inputDepth, repeated);
        depthwiseInt8(sliding, limits, ofChannels, padded, scratch, repeated, output);
      };
    },
  };
}

/** Equal to `depthwiseConvFloat`. */
export function planDepthwiseFloat(
  p: DepthwiseConvFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan {
  const { window, inputDepth } = p;
  const channels = p.sums.length;
  const taps = window.filterHeight * window.filterWidth;
  const scratchUse = scratchOf(window, channels, inputDepth, 4);
  const elements = inputPixels(window) * inputDepth;
  return {
    constants: [
      slidingFields(window, channels),
      floatLimits(p, channels),
      floatBias(bias, channels),
      padRows(weights, channels, new Float32Array(taps * paddedChannels(channels))),
    ],
    scratchBytes: scratchUse.bytes,
    bind({ depthwiseFloat, repeatFloat }, at) {
      const { input, output, scratch } = at;
      const [sliding, limits, biases, padded] = at.constants;
      if (channels === inputDepth) {
        return () => depthwiseFloat(sliding, limits, biases, padded, scratch, input, output);
      }
      const repeated = scratch + scratchUse.sums;
      return () => {
        repeatFloat(input, elements, channels / inputDepth, repeated);
        depthwiseFloat(sliding, limits, biases, padded, scratch, repeated, output);
      };
    },
  };
}
