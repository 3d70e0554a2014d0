/** Reductions of int8 tensors along some axes. TFLM `QuantizedMeanOrSum` and `ReduceGeneric`. */

import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { planReduction, type Reduced, type Reduction } from '../reduce.ts';
import { clamp } from './requantize.ts';

export interface SumInt8 {
  readonly reduced: Reduced;
  /** The zero point times the number of elements of each sum. */
  readonly zeroPoints: number;
  readonly multiplier: QuantizedMultiplier;
  readonly outputZeroPoint: number;
  readonly outputLength: number;
}

/** Sums, or means where the multiplier has the division in it. */
export function sumInt8(p: SumInt8): (input: Int8Array, output: Int8Array) => void {
  const { rowLength, rowStride, rowStarts } = planReduction(p.reduced);
  const { multiplier, shift } = p.multiplier;
  const { zeroPoints, outputZeroPoint } = p;
  const totals = new Int32Array(p.outputLength);
  return (input, output) => {
    totals.fill(0);
    let at = 0;
    for (let row = 0; row < rowStarts.length; row++) {
      let to = rowStarts[row];
      for (const end = at + rowLength; at < end; at++, to += rowStride) totals[to] += input[at];
    }
    for (let i = 0; i < output.length; i++) {
      const scaled = multiplyByQuantizedMultiplier((totals[i] - zeroPoints) | 0, multiplier, shift);
      output[i] = clamp(scaled + outputZeroPoint, -128, 127);
    }
  };
}

export function maxInt8(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Int8Array,
  output: Int8Array,
): void {
  output.fill(-128);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] > output[to]) output[to] = input[at];
    }
  }
}

export function minInt8(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Int8Array,
  output: Int8Array,
): void {
  output.fill(127);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] < output[to]) output[to] = input[at];
    }
  }
}
