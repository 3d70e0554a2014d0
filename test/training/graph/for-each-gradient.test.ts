import { expect, it } from 'vitest';
import { forEachGradient } from '../../../src/training/graph/for-each-gradient.ts';
import { labelObjective } from '../../../src/training/graph/label-objective.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { graphOf } from '../../passes/run-pass.ts';

it('shows the gradient of each sample alone, with weights as they are', () => {
  const graph = graphOf((b) => {
    const operands = [b.in('x', 1, 2), b.const('w', [1, 2], [1, -2]), b.const('b', [1], [0.5])];
    return [b.add('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, operands)];
  });
  const [weights, bias] = graph.nodes[0].inputs.slice(1) as [number, number];
  const samples = {
    x: rowsInMemory({ shape: [3, 2], data: Float32Array.of(1, 1, 2, 0, 0, 3) }),
    y: rowsInMemory({ shape: [3, 1], data: Float32Array.of(0, 1, -5) }),
  };
  const seen: number[][] = [];
  forEachGradient(graph, labelObjective(graph, 'mse'), samples, [2, 0], (gradientsOf) => {
    seen.push([...gradientsOf(weights), ...gradientsOf(bias)]);
  });
  // The outputs are -5.5 and -0.5, the targets -5 and 0: twice the difference, times the input.
  expect(seen).toEqual([
    [0, -3, -1],
    [-1, -1, -1],
  ]);
});
