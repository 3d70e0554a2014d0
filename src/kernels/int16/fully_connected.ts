import { type ChannelSums, channelFinish, type Int16Product, multiplyRows } from './channel-sums.ts';

export interface FullyConnectedInt16 extends ChannelSums {
  readonly batches: number;
  /** Columns of the weights. */
  readonly depth: number;
  readonly units: number;
  readonly inputZeroPoint: number;
}

/**
 * input [batches, depth], weights [units, depth], bias [units], output [batches, units]; weight zero point 0.
 * TFLM `reference_integer_ops::FullyConnected` and `FullyConnectedPerChannel` of int16 activations.
 */
export function fullyConnectedInt16(p: FullyConnectedInt16): Int16Product {
  const { batches, depth, units, inputZeroPoint } = p;
  const { begin, finish } = channelFinish(p);
  const row = new Int32Array(depth);
  const sums = new Float64Array(units);
  return (input, weights, bias, output) => {
    begin(bias);
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < depth; i++) row[i] = input[batch * depth + i] - inputZeroPoint;
      multiplyRows(row, 0, depth, weights, 0, units, sums);
      finish(sums, output, batch * units);
    }
  };
}
