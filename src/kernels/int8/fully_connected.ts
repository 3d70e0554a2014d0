import { multiplyByQuantizedMultiplier } from '../../core/fixed-point.ts';
import type { Int8Product } from './product.ts';
import { type ChannelRequantization, channelSteps, clamp } from './requantize.ts';

export interface FullyConnectedInt8 extends ChannelRequantization {
  readonly batches: number;
  /** Columns of the weights. */
  readonly depth: number;
  readonly units: number;
  readonly inputZeroPoint: number;
  /** 0 in every file that TFLM takes; that of weights with one scale in others. */
  readonly weightsZeroPoint: number;
}

/**
 * input [batches, depth], weights [units, depth], bias [units], output [batches, units].
 * TFLM `reference_integer_ops::FullyConnected` and `FullyConnectedPerChannel`.
 */
export function fullyConnectedInt8(p: FullyConnectedInt8): Int8Product {
  const { batches, depth, units, inputZeroPoint, weightsZeroPoint } = p;
  const { multipliers, shifts, outputZeroPoint, clampMin, clampMax } = channelSteps(p);
  return (input, weights, bias, output) => {
    for (let batch = 0; batch < batches; batch++) {
      const inputStart = batch * depth;
      for (let unit = 0; unit < units; unit++) {
        const weightStart = unit * depth;
        let sum = 0;
        for (let i = 0; i < depth; i++) {
          const weight = weights[weightStart + i] - weightsZeroPoint;
          sum = (sum + weight * (input[inputStart + i] - inputZeroPoint)) | 0;
        }
        if (bias !== undefined) sum = (sum + bias[unit]) | 0;
        const scaled = multiplyByQuantizedMultiplier(sum, multipliers[unit], shifts[unit]);
        output[batch * units + unit] = clamp(scaled + outputZeroPoint, clampMin, clampMax);
      }
    }
  };
}
