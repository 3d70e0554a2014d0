/** Which ranges are learned: those that share a scale as one, and none whose scale another rule gives. */

import { expect, it } from 'vitest';
import type { ValueId } from '../../../../src/ir/graph.ts';
import { isLinear } from '../../../../src/passes/linear.ts';
import { quantizeTrained } from '../../../../src/passes/quantize-trained.ts';
import { rangeGroups } from '../../../../src/training/graph/quantized/learned-ranges.ts';
import { graphOf } from '../../../passes/run-pass.ts';

it('groups what shares a scale', () => {
  const graph = graphOf((b) => {
    const x = b.in('x', 1, 4);
    const [a, c] = [b.dense('a', x, 3, 'relu'), b.dense('c', x, 2)];
    const both = b.add('concatenation', 'both', { axis: 1, activation: 'none' }, [a, c]);
    const end = b.dense('end', both, 3);
    const steep = b.dense('steep', end, 3);
    return [b.add('logistic', 'sigmoid', {}, [end]), b.add('tanh', 'tanh', {}, [steep])];
  });
  const byName = (name: string): ValueId =>
    graph.nodes.find((node) => node.name === name)?.outputs[0] as ValueId;
  const ranges = new Map([...graph.values.keys()].map((id) => [id, { min: -1, max: 2 }]));
  ranges.set(byName('both'), { min: -2, max: 4 });
  // A tanh is settled long before: another rule ends this range.
  ranges.set(byName('steep'), { min: -90, max: 80 });
  const int8 = quantizeTrained(graph, {
    ranges,
    densePerChannel: false,
    int4: new Set(),
    weightScales: new Map(),
  });
  const names = new Map(graph.nodes.map(({ name, outputs: [id] }) => [id, name]));
  expect(graph.nodes.filter(isLinear)).toHaveLength(4);
  const groups = rangeGroups(int8, ranges);
  expect(
    groups.map(({ ids, range }) => ({ ids: [...ids].map((id) => names.get(id)).sort(), range })),
  ).toEqual([
    { ids: ['a', 'both', 'c'], range: { min: -2, max: 4 } },
    { ids: ['end'], range: { min: -1, max: 2 } },
  ]);
});
