/** What a method left, simplified anew: nothing of it is lost, and what came to nothing is gone. */

import { expect, it } from 'vitest';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { settled } from '../../../src/models/compress/settled.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import type { Kept } from '../../../src/training/compress/method.ts';
import { graphOf } from '../../passes/run-pass.ts';

const network = simplifyFloat(
  graphOf((b) => [b.dense('out', b.dense('hidden', b.in('x', 1, 4), 6, 'relu'), 3)]),
);

const weightsOf = ({ nodes }: Graph): ValueId[] =>
  nodes.filter(isLinear).map(({ inputs }) => inputs[1] as ValueId);

function marked(graph: Graph): { graph: Graph; keeps: ReadonlyMap<ValueId, Kept> } {
  const [hidden, out] = weightsOf(graph);
  return {
    graph,
    keeps: new Map<ValueId, Kept>([
      [hidden, 'zeros'],
      [out, 'clusters'],
    ]),
  };
}

/** A unit that pruning left nothing of, its bias too. */
function withoutUnit(graph: Graph, unit: number): Graph {
  const [{ inputs }] = graph.nodes;
  const values = new Map(graph.values);
  for (const id of inputs.slice(1) as ValueId[]) {
    const value = getValue(graph, id);
    const data = (value.data as Float32Array).slice();
    const size = data.length / value.type.shape[0];
    data.fill(0, unit * size, (unit + 1) * size);
    values.set(id, { ...value, data });
  }
  return { ...graph, values };
}

it('leaves a graph without anything to take away as it is', () => {
  const model = marked(network);
  expect(settled(model)).toEqual(model);
});

it('takes away a unit that came to nothing, and knows the marks of what is left', () => {
  const pruned = withoutUnit(network, 2);
  const { graph, keeps } = settled(marked(pruned));
  const [hidden, out] = weightsOf(graph);
  expect(getValue(graph, hidden).type.shape).toEqual([5, 4]);
  expect(keeps).toEqual(
    new Map([
      [hidden, 'zeros'],
      [out, 'clusters'],
    ]),
  );
  const x = { data: Float32Array.of(1, -2, 3, 0.5, -1, 4, 2, -3), shape: [2, 4] };
  expect(runReal(graph, x).data).toEqual(runReal(pruned, x).data);
});
