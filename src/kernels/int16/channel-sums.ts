/**
 * What becomes of the sums of int16 activations and int8 weights, channel by channel. They are kept in doubles, in which
 * they are exact: 2^23 for a product at most, and no array has 2^30 elements.
 */

import { unsupportedError } from '../../core/errors.ts';
import {
  multiplyByQuantizedMultiplier,
  multiplyWideByReduced,
  reducedMultiplier,
} from '../../core/fixed-point.ts';
import { type ChannelRequantization, channelSteps, clamp } from '../int8/requantize.ts';

/** The width of TFLM's accumulator, which chooses its `MultiplyByQuantizedMultiplier` too. */
export type AccumulatorBits = 32 | 64;

export interface ChannelSums extends ChannelRequantization {
  readonly accumulatorBits: AccumulatorBits;
}

/** Of int64 in most models; what else there is, TFLM widens to the accumulator. */
export type Int16Bias = BigInt64Array | Int32Array | Int16Array;

/** Loops that multiply an int16 input by int8 weights, after which every channel is requantized. */
export type Int16Product = (
  input: Int16Array,
  weights: Int8Array,
  bias: Int16Bias | undefined,
  output: Int16Array,
) => void;

/** Of an int64 accumulator; TFLM asserts it, and computes nothing sensible beyond. */
const MOST_SUM = 2 ** 47;

/** Refuses a sum that TFLM asserts not to get. */
export function requireSum(sum: number): void {
  if (sum >= -MOST_SUM && sum < MOST_SUM) return;
  throw unsupportedError(
    'sum-too-large',
    `comes to a sum of ${sum}, beyond the 48 bits with which TensorFlow Lite Micro multiplies int16`,
    'Look at the biases with "tinyml inspect": one is far larger than what is added to it.',
  );
}

/** The accumulators of all channels of one pixel without their bias, which go to `output` from `start` on. */
export interface ChannelFinish {
  /** Reads the biases; once for each run, since they may be computed. */
  begin(bias: Int16Bias | undefined): void;
  finish(sums: Float64Array, output: Int16Array, start: number): void;
}

function biasReader(channels: number): { readonly biases: Float64Array; begin: ChannelFinish['begin'] } {
  const biases = new Float64Array(channels);
  return {
    biases,
    begin(bias) {
      if (bias === undefined) return;
      for (let channel = 0; channel < channels; channel++) biases[channel] = Number(bias[channel]);
    },
  };
}

function finishNarrow(p: ChannelSums): ChannelFinish {
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = channelSteps(p);
  const { biases, begin } = biasReader(multipliers.length);
  return {
    begin,
    finish(sums, output, start) {
      for (let channel = 0; channel < sums.length; channel++) {
        // Wraps around once instead of at every step, which is the same.
        const sum = (sums[channel] + biases[channel]) | 0;
        const scaled = multiplyByQuantizedMultiplier(sum, multipliers[channel], shifts[channel]);
        output[start + channel] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
      }
    },
  };
}

function finishWide(p: ChannelSums): ChannelFinish {
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = channelSteps(p);
  const reduced = multipliers.map(reducedMultiplier);
  const { biases, begin } = biasReader(multipliers.length);
  return {
    begin,
    finish(sums, output, start) {
      for (let channel = 0; channel < sums.length; channel++) {
        const sum = sums[channel] + biases[channel];
        requireSum(sum);
        const scaled = multiplyWideByReduced(sum, reduced[channel], shifts[channel]);
        output[start + channel] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
      }
    },
  };
}

export function channelFinish(p: ChannelSums): ChannelFinish {
  return p.accumulatorBits === 32 ? finishNarrow(p) : finishWide(p);
}

/** So many products of an int8 and an int16 less its zero point are less than 2^31. */
const PRODUCTS_IN_INT32 = 256;

/** sums[row] = `column` from `start` on times that row of the weights; four rows share each load of the column. */
export function multiplyRows(
  column: Int32Array,
  start: number,
  length: number,
  weights: Int8Array,
  firstRow: number,
  endRow: number,
  sums: Float64Array,
): void {
  sums.fill(0, firstRow, endRow);
  for (let done = 0; done < length; done += PRODUCTS_IN_INT32) {
    const first = start + done;
    const end = start + Math.min(length, done + PRODUCTS_IN_INT32);
    let row = firstRow;
    for (; row + 4 <= endRow; row += 4) {
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      let at = row * length + done;
      for (let i = first; i < end; i++, at++) {
        const x = column[i];
        sum0 = (sum0 + Math.imul(x, weights[at])) | 0;
        sum1 = (sum1 + Math.imul(x, weights[at + length])) | 0;
        sum2 = (sum2 + Math.imul(x, weights[at + 2 * length])) | 0;
        sum3 = (sum3 + Math.imul(x, weights[at + 3 * length])) | 0;
      }
      sums[row] += sum0;
      sums[row + 1] += sum1;
      sums[row + 2] += sum2;
      sums[row + 3] += sum3;
    }
    for (; row < endRow; row++) {
      let sum = 0;
      let at = row * length + done;
      for (let i = first; i < end; i++, at++) sum = (sum + Math.imul(column[i], weights[at])) | 0;
      sums[row] += sum;
    }
  }
}
