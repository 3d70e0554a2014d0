/** A compressed graph through its files: the same function, names, and marks. */

import { expect, it } from 'vitest';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { readCompressed, writeCompressed } from '../../../src/models/compress/written-graph.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import type { Kept } from '../../../src/training/compress/method.ts';
import { graphOf } from '../../passes/run-pass.ts';

const network = simplifyFloat(
  graphOf((b) => [
    b.add('softmax', 'softmax', { beta: 1 }, [
      b.dense('out', b.dense('hidden', b.in('x', 1, 4), 6, 'relu'), 3),
    ]),
  ]),
);

function throughFiles(graph: Graph, keeps: ReadonlyMap<ValueId, Kept>) {
  const files = writeCompressed({ graph, keeps });
  return readCompressed((file) => {
    const content = files[file];
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  });
}

const names = ({ nodes, values }: Graph) =>
  nodes.map(({ name, inputs, outputs }) => [
    name,
    ...[...inputs, ...outputs].map((id) => (id === undefined ? undefined : values.get(id)?.name)),
  ]);

it('gives the graph with its names back, and what is kept of its weights', () => {
  const [hidden, out] = network.nodes.map(({ inputs }) => inputs[1] as ValueId);
  const { graph, keeps } = throughFiles(
    network,
    new Map([
      [hidden, 'zeros'],
      [out, 'clusters'],
    ]),
  );
  expect(names(graph)).toEqual(names(network));
  const [ownHidden, ownOut] = graph.nodes.map(({ inputs }) => inputs[1] as ValueId);
  expect(keeps).toEqual(
    new Map([
      [ownHidden, 'zeros'],
      [ownOut, 'clusters'],
    ]),
  );
  expect(getValue(graph, ownHidden).data).toEqual(getValue(network, hidden).data);
  const x = { data: Float32Array.of(1, -2, 3, 0.5), shape: [1, 4] };
  expect(runReal(graph, x).data).toEqual(runReal(network, x).data);
});
