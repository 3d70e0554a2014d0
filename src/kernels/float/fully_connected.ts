import type { FloatClamp } from './finish-channels.ts';
import type { FloatProduct } from './product.ts';

export interface FullyConnectedFloat extends FloatClamp {
  readonly batches: number;
  readonly depth: number;
  readonly units: number;
}

/**
 * input [batches, depth], weights [units, depth], bias [units], output [batches, units].
 * Every product and sum is rounded to float32, as TFLM `reference_ops::FullyConnected` does without contraction.
 */
export function fullyConnectedFloat(p: FullyConnectedFloat): FloatProduct {
  const { batches, depth, units } = p;
  return (input, weights, bias, output) => {
    for (let batch = 0; batch < batches; batch++) {
      const inputStart = batch * depth;
      for (let unit = 0; unit < units; unit++) {
        const weightStart = unit * depth;
        let sum = 0;
        for (let i = 0; i < depth; i++) {
          sum = Math.fround(sum + Math.fround(input[inputStart + i] * weights[weightStart + i]));
        }
        if (bias !== undefined) sum = Math.fround(sum + bias[unit]);
        output[batch * units + unit] = Math.min(Math.max(sum, p.clampMin), p.clampMax);
      }
    }
  };
}
