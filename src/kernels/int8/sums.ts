import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Cumulation, cumulationRows } from '../cumulation.ts';
import { ADD_LEFT_SHIFT } from './add.ts';
import { clamp, type Requantization } from './requantize.ts';

/** How ADD_N and CUMSUM bring values of one scale to sums of another. */
export interface SumsInt8 extends Requantization {
  readonly zeroPoint: number;
  readonly inputMultiplier: QuantizedMultiplier;
  readonly outputMultiplier: QuantizedMultiplier;
}

/** By value + 128, what it adds to a sum: less the zero point, enlarged by 2^19. */
function termsOf({ zeroPoint, inputMultiplier: { multiplier, shift } }: SumsInt8): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) =>
    multiplyByQuantizedMultiplier((index - 128 - zeroPoint) << ADD_LEFT_SHIFT, multiplier, shift),
  );
}

/** Where TFLM starts a sum: at the raw number 0, which is what the zero point lacks to 0 and not nothing. */
function startOf(terms: Int32Array): number {
  return terms[128];
}

function storeSum(p: SumsInt8, sum: number): number {
  const { multiplier, shift } = p.outputMultiplier;
  const scaled = multiplyByQuantizedMultiplier(sum, multiplier, shift);
  return clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
}

/** TFLM `reference_ops::AddN` of int8. */
export function addNInt8(p: SumsInt8): (inputs: readonly Int8Array[], output: Int8Array) => void {
  const terms = termsOf(p);
  const start = startOf(terms);
  return (inputs, output) => {
    for (let i = 0; i < output.length; i++) {
      let sum = start;
      for (const input of inputs) sum = (sum + terms[input[i] + 128]) | 0;
      output[i] = storeSum(p, sum);
    }
  };
}

/** TFLM `reference_ops::CumSum` of int8. */
export function cumsumInt8(
  p: SumsInt8,
  cumulation: Cumulation,
): (input: Int8Array, output: Int8Array) => void {
  const { axis, exclusive } = cumulation;
  const { starts, step } = cumulationRows(cumulation);
  const terms = termsOf(p);
  const start = startOf(terms);
  return (input, output) => {
    for (const first of starts) {
      let sum = start;
      for (let i = 0, at = first; i < axis; i++, at += step) {
        const next = (sum + terms[input[at] + 128]) | 0;
        output[at] = storeSum(p, exclusive ? sum : next);
        sum = next;
      }
    }
  };
}
