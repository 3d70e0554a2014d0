import { describe, expect, it } from 'vitest';
import { elementCount } from '../../src/core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../src/ir/graph.ts';
import { channelLayout, isLinear } from '../../src/passes/linear.ts';
import { type FloatBuilder, graphOf } from './run-pass.ts';

/** [output, input, tap] of every weight of the last node, by runs and one by one. */
function joined(graph: Graph): readonly [runs: number[][], each: number[][]] {
  const node = graph.nodes.at(-1) as Node;
  if (!isLinear(node)) throw new Error(`${node.kind} is not linear`);
  const [input, weights] = node.inputs.slice(0, 2).map((id) => getValue(graph, id as ValueId).type.shape);
  const layout = channelLayout(node, input, weights);
  const runs: number[][] = [];
  layout.forEachRun((first, end, output, channel, tap) => {
    expect(first).toBe(runs.length);
    for (let index = first; index < end; index++) runs.push([output, channel + index - first, tap]);
  });
  const each = Array.from({ length: elementCount(weights) }, (_, index) => [
    layout.outputOf(index),
    layout.inputOf(index),
    layout.tapOf(index),
  ]);
  return [runs, each];
}

const convolution =
  (groups: number) =>
  (b: FloatBuilder): ValueId =>
    b.conv('y', b.in('x', 1, 5, 5, 4), 6, 3, { groups });

const depthwise = (b: FloatBuilder): ValueId => b.depthwise('y', b.in('x', 1, 4, 4, 3), 2, 3);

const dense = (b: FloatBuilder): ValueId => b.dense('y', b.in('x', 1, 5), 3);

describe('runs of weights', () => {
  it.each<[string, (b: FloatBuilder) => ValueId]>([
    ['a convolution', convolution(1)],
    ['a convolution of two groups', convolution(2)],
    ['a depthwise convolution', depthwise],
    ['a fully connected layer', dense],
  ])('of %s join what each weight joins', (_, build) => {
    const [runs, each] = joined(graphOf((b) => [build(b)]));
    expect(runs).toEqual(each);
  });
});
