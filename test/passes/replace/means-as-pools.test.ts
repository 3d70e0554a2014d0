import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { meansAsPools } from '../../../src/passes/replace/means-as-pools.ts';
import { expectUntouched, graphOf, passKinds } from '../run-pass.ts';

const over = (axes: readonly number[], keepDims = false) => ({ axes, keepDims });

describe('means-as-pools', () => {
  it('averages an image in one window', () => {
    const graph = graphOf((b) => [b.add('mean', 'y', over([1, 2]), [b.in('x', 1, 4, 3, 5)])]);
    expect(passKinds(graph, meansAsPools)).toEqual(['average_pool_2d', 'reshape']);
  });

  it('averages the steps of a signal as an image of height 1', () => {
    const graph = graphOf((b) => [b.add('mean', 'y', over([1], true), [b.in('x', 1, 7, 3)])]);
    expect(passKinds(graph, meansAsPools)).toEqual(['reshape', 'average_pool_2d', 'reshape']);
  });

  it.each([
    [[50, 1, 6], [0]],
    [[1, 4, 3, 5], [1]],
    [[2, 3, 4, 5], [2]],
    [
      [2, 3, 4, 5],
      [0, 1],
    ],
  ])('averages axes of %j that lie side by side, %j', (shape, axes) => {
    const graph = graphOf((b) => [b.add('mean', 'y', over(axes), [b.in('x', ...shape)])]);
    expect(passKinds(graph, meansAsPools)).toEqual(['reshape', 'average_pool_2d', 'reshape']);
  });

  it('leaves means over channels, or over axes apart, alone', () => {
    for (const axes of [[3], [0, 2], [1, 2, 3]]) {
      expectUntouched(
        graphOf((b) => [b.add('mean', 'y', over(axes), [b.in('x', 1, 4, 3, 5)])]),
        meansAsPools,
      );
    }
  });

  it('keeps the scales of an int8 mean: half away from zero in the scale of the input, then requantized', () => {
    const graph: Graph = {
      values: new Map([
        [0, { id: 0, name: 'x', type: { dtype: 'int8', shape: [1, 2, 2, 3], quant: perTensor(0.5, 3) } }],
        [1, { id: 1, name: 'y', type: { dtype: 'int8', shape: [1, 3], quant: perTensor(0.125, -7) } }],
      ]),
      nodes: [nodeOf('mean', 'y', over([1, 2]), [0], [1])],
      inputs: [0],
      outputs: [1],
    };
    const pooled = runPasses(graph, [meansAsPools]);
    expect(pooled.nodes.map(({ kind }) => kind)).toEqual(['average_pool_2d', 'reshape', 'quantize']);
    const random = createRandom(5, 'means as pools');
    for (let record = 0; record < 50; record++) {
      const x = Int8Array.from({ length: 12 }, () => random.below(256) - 128);
      const [y] = createInterpreter(pooled).invoke([x]);
      const expected = [0, 1, 2].map((channel) => {
        const sum = x[channel] + x[channel + 3] + x[channel + 6] + x[channel + 9];
        const mean = Math.sign(sum) * Math.floor((Math.abs(sum) + 2) / 4);
        return Math.min(Math.max(4 * (mean - 3) - 7, -128), 127);
      });
      expect(Array.from(y as Int8Array)).toEqual(expected);
    }
  });
});
