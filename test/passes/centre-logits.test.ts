import { describe, expect, it } from 'vitest';
import { type Graph, getValue, type ValueId } from '../../src/ir/graph.ts';
import { centreLogits } from '../../src/passes/centre-logits.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { expectSameResults, type FloatBuilder, graphOf } from './run-pass.ts';

const softmax = (b: FloatBuilder, logits: ValueId) => b.add('softmax', 'softmax', { beta: 1 }, [logits]);
const none = { activation: 'none' } as const;

function lastWeights(graph: Graph): Float32Array {
  const node = graph.nodes.filter(({ inputs }) => inputs.length > 1).at(-1);
  return getValue(graph, node?.inputs[1] as ValueId).data as Float32Array;
}

describe('centre-logits', () => {
  it.each<[string, Graph, number]>([
    ['a dense layer', graphOf((b) => [softmax(b, b.dense('logits', b.in('x', 1, 5), 4))]), 4],
    [
      'a convolution and the mean of its image',
      graphOf((b) => {
        const maps = b.conv('logits', b.in('x', 1, 5, 5, 2), 3, 3);
        return [softmax(b, b.add('mean', 'mean', { axes: [1, 2], keepDims: false }, [maps]))];
      }),
      3,
    ],
  ])('takes what all units of %s have in common', (_, graph, units) => {
    const after = runPasses(graph, [centreLogits]);
    expectSameResults(graph, after);
    const weights = lastWeights(after);
    const perUnit = weights.length / units;
    for (let i = 0; i < perUnit; i++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) sum += weights[unit * perUnit + i];
      expect(sum).toBeCloseTo(0, 5);
    }
    expect(lastWeights(graph)).not.toEqual(weights);
    expect(lastWeights(runPasses(after, [centreLogits]))).toEqual(weights);
  });

  it.each<[string, Graph]>([
    ['behind an activation', graphOf((b) => [softmax(b, b.dense('logits', b.in('x', 1, 5), 4, 'relu'))])],
    ['of a single unit', graphOf((b) => [softmax(b, b.dense('logits', b.in('x', 1, 5), 1))])],
    [
      'that somebody else reads',
      graphOf((b) => {
        const logits = b.dense('logits', b.in('x', 1, 5), 4);
        return [softmax(b, logits), logits];
      }),
    ],
    [
      'whose greatest value of an image is taken',
      graphOf((b) => {
        const maps = b.conv('logits', b.in('x', 1, 4, 4, 2), 3, 3);
        const pool = { ...none, padding: 'valid', strides: [4, 4], filter: [4, 4] } as const;
        return [softmax(b, b.add('max_pool_2d', 'pool', pool, [maps]))];
      }),
    ],
  ])('leaves logits alone %s', (_, graph) => {
    expect(runPasses(graph, [centreLogits])).toBe(graph);
  });
});
