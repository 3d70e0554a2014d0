import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import { clamp, type Requantization } from './requantize.ts';

export interface FullyConnectedInt8 extends Requantization {
  readonly batches: number;
  /** Columns of the weights. */
  readonly depth: number;
  readonly units: number;
  readonly inputZeroPoint: number;
  /** One per unit; filled with one value where the weights are per tensor. */
  readonly multipliers: Int32Array;
  readonly shifts: Int32Array;
}

/**
 * input [batches, depth], weights [units, depth], bias [units], output [batches, units]; weight zero point 0.
 * TFLM `reference_integer_ops::FullyConnected` and `FullyConnectedPerChannel`.
 */
export function fullyConnectedInt8(
  p: FullyConnectedInt8,
  input: Int8Array,
  weights: Int8Array,
  bias: Int32Array | undefined,
  output: Int8Array,
): void {
  const { batches, depth, units, inputZeroPoint, multipliers, shifts } = p;
  for (let batch = 0; batch < batches; batch++) {
    const inputStart = batch * depth;
    for (let unit = 0; unit < units; unit++) {
      const weightStart = unit * depth;
      let sum = 0;
      for (let i = 0; i < depth; i++) {
        sum = (sum + weights[weightStart + i] * (input[inputStart + i] - inputZeroPoint)) | 0;
      }
      if (bias !== undefined) sum = (sum + bias[unit]) | 0;
      const scaled = multiplyByQuantizedMultiplier(sum, multipliers[unit], shifts[unit]);
      output[batch * units + unit] = clamp(scaled + p.outputZeroPoint, p.clampMin, p.clampMax);
    }
  }
}
