/** Weights that are decoded at every inference. */

import { perAxis } from '../../../src/core/quant-params.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { int8, TestGraph } from './models.ts';

const bytes = (...data: number[]) => ({ type: { dtype: 'uint8', shape: [data.length] }, data }) as const;
const header = (bitWidth: number, stride: number): number[] => [
  0,
  1,
  0,
  0,
  1,
  bitWidth,
  stride,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
];

/** A table of 2 values for each of 3 units, whose weights are [[5, −7, 5, 5], [1, 1, 2, 2], [−128, 127, −128, 127]]. */
export function codedDense(): Graph {
  const graph = new TestGraph();
  const input = graph.input(int8([1, 4], 0.5, 0));
  const indices = bytes(0b0100_0011, 0b0101_0000);
  const tables = bytes(...header(1, 2), 5, 249, 1, 2, 128, 127);
  const weights = graph.node(
    'tflm_decode',
    { tables: [{ shape: [3, 4], bitWidth: 1, stride: 2 }] },
    [
      graph.constant(indices.type, Uint8Array.from(indices.data)),
      graph.constant(tables.type, Uint8Array.from(tables.data)),
    ],
    graph.value({
      dtype: 'int8',
      shape: [3, 4],
      quant: perAxis(0, [0.5, 1, 1]),
    }),
  );
  const output = graph.value(int8([1, 3], 0.5, 0), 'output');
  return graph.build(
    graph.node('fully_connected', { activation: 'none', keepNumDims: false }, [input, weights], output),
  );
}
