import { perTensor } from '../../src/core/quant-params.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { oneNode } from './one-node.ts';

/** The sum of the last two inputs, in steps of 1; a state of −5 stands for 0. */
export function sumOfTwo(): Graph {
  const steps = (zeroPoint: number, ...shape: number[]): TensorType => ({
    dtype: 'int8',
    shape,
    quant: perTensor(1, zeroPoint),
  });
  const ones = (length: number) => ({
    type: steps(0, 1, length),
    data: new Int8Array(length).fill(1),
    constant: true,
  });
  const bias = {
    type: { dtype: 'int32', shape: [1], quant: perTensor(1, 0) },
    data: new Int32Array(1),
    constant: true,
  } as const;
  const operands = [{ type: steps(0, 1, 1) }, ones(1), ones(2), bias, { type: steps(-5, 1, 2) }];
  return oneNode('svdf', { rank: 1, activation: 'none' }, operands, steps(0, 1, 1));
}
