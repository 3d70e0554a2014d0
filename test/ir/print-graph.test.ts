import { expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { printGraph } from '../../src/ir/print-graph.ts';

it('prints types, quantization, constants where they are read, attributes that say something', () => {
  const graph: Graph = {
    values: new Map(
      [
        { id: 4, name: 'x', type: { dtype: 'int8', shape: [1, 12], quant: perTensor(0.1, -3) } } as const,
        {
          id: 7,
          name: 'w',
          type: { dtype: 'int8', shape: [2, 12], quant: perAxis(0, [0.25, 1 / 3]) },
          data: Int8Array.from({ length: 24 }, (_, i) => i - 5),
        } as const,
        {
          id: 1,
          name: 'x',
          type: { dtype: 'int8', shape: [1, 2], quant: perTensor(1 / 256, -128) },
        } as const,
        { id: 2, name: '', type: { dtype: 'int8', shape: [2], quant: perTensor(1 / 256, -128) } } as const,
      ].map((value) => [value.id, value]),
    ),
    nodes: [
      nodeOf('fully_connected', 'dense', { activation: 'relu', keepNumDims: false }, [4, 7, undefined], [1]),
      nodeOf('reshape', 'flat', { newShape: [2] }, [1], [2]),
    ],
    inputs: [4],
    outputs: [2, 1],
  };
  expect(`\n${printGraph(graph)}`).toMatchInlineSnapshot(`
    "
    x: int8[1,12] scale 0.1 zero -3 = input
    w: int8[2,12] scales 0.25 0.333333 along 0 = constant -5 -4 -3 -2 -1 0 1 2 … 24 in all
    x#2: int8[1,2] scale 0.00390625 zero -128 = fully_connected(x, w, -) activation=relu
    value: int8[2] scale 0.00390625 zero -128 = reshape(x#2) newShape=[2]
    return value, x#2
    "
  `);
});
