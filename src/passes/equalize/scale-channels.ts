/** Applies factors of channels to the constants that take them, without a change of what the graph computes. */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { withConstants } from '../linear.ts';
import type { FactorOf } from '../quantize/statistics.ts';
import type { Absorber, ScaleGroups } from './scale-groups.ts';

function scaledConstant(rewrite: Rewrite, id: ValueId, factorAt: (channel: number) => number): ValueId {
  const { name, type } = rewrite.value(id);
  const data = rewrite.floats(id) as Float32Array;
  return rewrite.constant(
    name,
    type,
    data.map((value, channel) => value * factorAt(channel)),
  );
}

function withConstant(node: Node, old: ValueId, constant: ValueId): Node {
  return nodeWith(node, { inputs: node.inputs.map((id) => (id === old ? constant : id)) });
}

function absorbed(
  rewrite: Rewrite,
  absorber: Absorber,
  groups: ScaleGroups,
  factorOf: FactorOf,
): Node | undefined {
  switch (absorber.how) {
    case 'weights': {
      const { linear } = absorber;
      const { input, output, layout } = linear;
      const channels = groups.channels(input);
      const out = Float64Array.from({ length: layout.outputs }, (_, unit) => factorOf(output, unit));
      const inverse = Float64Array.from({ length: channels }, (_, channel) => 1 / factorOf(input, channel));
      const weights = new Float32Array(linear.weights.length);
      layout.forEachRun((first, end, unit, channel) => {
        for (let i = first; i < end; i++) {
          weights[i] = linear.weights[i] * out[unit] * inverse[(channel + i - first) % channels];
        }
      });
      return withConstants(
        rewrite,
        linear,
        weights,
        linear.bias?.map((value, unit) => value * out[unit]),
      );
    }
    case 'product': {
      const { node, input, output, constant } = absorber.product;
      const factorAt = (channel: number) => factorOf(output, channel) / factorOf(input, channel);
      return withConstant(node, constant, scaledConstant(rewrite, constant, factorAt));
    }
    case 'sum': {
      const { node, output, constant } = absorber;
      return withConstant(
        node,
        constant,
        scaledConstant(rewrite, constant, (channel) => factorOf(output, channel)),
      );
    }
  }
}

function nodeOf(absorber: Absorber): Node {
  switch (absorber.how) {
    case 'weights':
      return absorber.linear.node;
    case 'product':
      return absorber.product.node;
    case 'sum':
      return absorber.node;
  }
}

/** The same function; undefined where float32 cannot hold the new constants. */
export function scaleChannels(graph: Graph, groups: ScaleGroups, factorOf: FactorOf): Graph | undefined {
  const rewrite = new Rewrite(graph);
  for (const absorber of groups.absorbers) {
    const node = nodeOf(absorber);
    const scaled = absorbed(rewrite, absorber, groups, factorOf);
    if (scaled === undefined) return undefined;
    rewrite.replace(node, scaled);
  }
  return rewrite.graph();
}
