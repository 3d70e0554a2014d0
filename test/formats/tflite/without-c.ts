import { perTensor } from '../../../src/core/quant-params.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { oneNode } from '../../ops/one-node.ts';

/** What TFLM runs and no C is made of: FULLY_CONNECTED of int16 whose biases are an input. */
export function computedBiases(): Graph {
  const type = { dtype: 'int16', shape: [1, 4], quant: perTensor(0.5, 0) } as const;
  const weights = {
    type: { ...type, dtype: 'int8', shape: [2, 4] },
    data: new Int8Array(8).fill(1),
    constant: true,
  } as const;
  const biases = { type: { dtype: 'int32', shape: [2], quant: perTensor(0.25, 0) } } as const;
  const dense = { activation: 'none', keepNumDims: false } as const;
  return oneNode('fully_connected', dense, [{ type }, weights, biases], { ...type, shape: [1, 2] });
}
