import { expect, it } from 'vitest';
import { GraphBuilder } from '../../../../src/ir/builder.ts';
import type { Graph, ValueId } from '../../../../src/ir/graph.ts';
import { withShared } from '../../../../src/passes/quantize/rounding/kept-weights.ts';

/** Two products by the same weights, and one by weights of its own. */
function steps(): { graph: Graph; shared: ValueId; own: ValueId } {
  const builder = new GraphBuilder();
  const weights = () =>
    builder.constant('weights', { dtype: 'float32', shape: [2, 2] }, Float32Array.of(1, 2, 3, 4));
  const [shared, own] = [weights(), weights()];
  const input = builder.input('input', { dtype: 'float32', shape: [1, 2] });
  const dense = (name: string, from: ValueId, by: ValueId) =>
    builder.add('fully_connected', name, { activation: 'none', keepNumDims: false }, [from, by]);
  const output = dense('last', dense('second', dense('first', input, shared), shared), own);
  return { graph: builder.build([output]), shared, own };
}

it('weights of several operators stay one', () => {
  const { graph, shared } = steps();
  expect([...(withShared(graph, undefined) ?? [])]).toEqual([[shared, 'shared']]);
});

it('what training left in weights says more than that they are shared', () => {
  const { graph, shared, own } = steps();
  const kept = new Map([
    [shared, 'clusters'],
    [own, 'zeros'],
  ] as const);
  expect(withShared(graph, kept)).toEqual(kept);
});

it('weights of one operator each are rounded in its own way', () => {
  const { graph } = steps();
  expect(withShared({ ...graph, nodes: graph.nodes.slice(1) }, undefined)).toBeUndefined();
});
