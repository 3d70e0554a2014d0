import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type MatrixProducts, multiplyMatrices } from '../matrices.ts';
import { clamp } from './requantize.ts';

export interface BatchMatmulInt8 extends MatrixProducts {
  readonly zeroPointA: number;
  readonly zeroPointB: number;
  readonly multiplier: QuantizedMultiplier;
  readonly outputZeroPoint: number;
}

/** TFLM `reference_ops::BatchMatMul` of int8. */
export function batchMatmulInt8(p: BatchMatmulInt8): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { depth, zeroPointA, zeroPointB } = p;
  const { multiplier, shift } = p.multiplier;
  const multiply = multiplyMatrices(p);
  return (a, b, output) =>
    multiply((startA, startB, at) => {
      let sum = 0;
      for (let i = 0; i < depth; i++) {
        const factor = a[startA + i * p.a.depth] - zeroPointA;
        sum = (sum + factor * (b[startB + i * p.b.depth] - zeroPointB)) | 0;
      }
      const scaled = multiplyByQuantizedMultiplier(sum, multiplier, shift);
      output[at] = clamp(scaled + p.outputZeroPoint, -128, 127);
    });
}
