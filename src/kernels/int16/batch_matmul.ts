import {
  multiplyWideByReduced,
  type QuantizedMultiplier,
  reducedMultiplier,
} from '../../core/fixed-point.ts';
import { clamp } from '../int8/requantize.ts';
import { type MatrixProducts, multiplyMatrices } from '../matrices.ts';
import { requireSum } from './channel-sums.ts';

/** Zero points are 0. */
export interface BatchMatmulInt16 extends MatrixProducts {
  readonly multiplier: QuantizedMultiplier;
}

/** TFLM `reference_ops::BatchMatMul` of int16. Sums of up to 2^23 products are exact in doubles. */
export function batchMatmulInt16(
  p: BatchMatmulInt16,
): (a: Int16Array, b: Int16Array, output: Int16Array) => void {
  const { depth } = p;
  const { multiplier, shift } = p.multiplier;
  const reduced = reducedMultiplier(multiplier);
  const multiply = multiplyMatrices(p);
  return (a, b, output) =>
    multiply((startA, startB, at) => {
      let sum = 0;
      for (let i = 0; i < depth; i++) sum += a[startA + i * p.a.depth] * b[startB + i * p.b.depth];
      requireSum(sum);
      output[at] = clamp(multiplyWideByReduced(sum, reduced, shift), -32768, 32767);
    });
}
