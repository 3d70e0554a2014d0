import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp, type Requantization } from '../int8/requantize.ts';
import { planReduction, type Reduced } from '../reduce.ts';
import type { QuantizedData } from './quantized-data.ts';

export interface SumQuantized extends Requantization {
  readonly reduced: Reduced;
  /** The zero point times the number of elements of each sum. */
  readonly zeroPoints: number;
  readonly multiplier: QuantizedMultiplier;
  readonly outputLength: number;
}

/** Sums along some axes, or means where the multiplier has the division in it. TFLM `QuantizedMeanOrSum`. */
export function sumQuantized(p: SumQuantized): (input: QuantizedData, output: QuantizedData) => void {
  const { rowLength, rowStride, rowStarts } = planReduction(p.reduced);
  const { multiplier, shift } = p.multiplier;
  const { zeroPoints, outputZeroPoint, clampMin, clampMax } = p;
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
      output[i] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
    }
  };
}
