import { expect, it } from 'vitest';
import { getValue } from '../../../src/ir/graph.ts';
import { simplified } from '../../../src/training/compress/simplify.ts';
import { expectSameResults, graphOf } from '../../passes/run-pass.ts';

it('takes out channels that methods made needless, and keeps the marks of what is left', () => {
  const graph = graphOf((b) => {
    const weights = [0, 0, 0, 0, 1, 2, 3, 4];
    const hidden = b.conv('hidden', b.in('x', 1, 3, 3, 1), 2, 2, { weights, bias: [0, 1] });
    return [b.conv('last', hidden, 2, 1, { weights: [1, 0, 2, 3] })];
  });
  const [hidden, last] = graph.nodes.map(({ inputs }) => inputs[1] as number);
  const after = simplified({
    graph,
    keeps: new Map([
      [hidden, 'clusters' as const],
      [last, 'zeros' as const],
    ]),
  });
  expectSameResults(graph, after.graph);
  const weights = after.graph.nodes.map(({ inputs }) => inputs[1] as number);
  expect(weights.map((id) => getValue(after.graph, id).data)).toEqual([
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(0, 3),
  ]);
  expect(weights.map((id) => after.keeps.get(id))).toEqual(['clusters', 'zeros']);
  expect(after.keeps.size).toBe(2);
});
