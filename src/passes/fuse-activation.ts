/** RELU and RELU6 become the activation of the operator before them, which then clamps on the way out. */

import type { Node, ValueId } from '../ir/graph.ts';
import { nodeWith, rewriteNodes } from '../ir/rewrite.ts';
import { FUSED_ACTIVATIONS, type FusedActivation, floatClamp } from '../ops/fused-activation.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';

/** The one activation that does what `first` and then `second` do. */
function compose(first: FusedActivation, second: FusedActivation): FusedActivation | undefined {
  const [inner, outer] = [floatClamp(first), floatClamp(second)];
  const through = (limit: number): number => Math.min(Math.max(limit, outer.min), outer.max);
  return FUSED_ACTIVATIONS.find((candidate) => {
    const { min, max } = floatClamp(candidate);
    return min === through(inner.min) && max === through(inner.max);
  });
}

/** What a node of its own clamps to. */
function activationOf({ kind }: Node): FusedActivation | undefined {
  return kind === 'relu' || kind === 'relu6' ? kind : undefined;
}

export const fuseActivation: Pass = {
  name: 'fuse-activation',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const outer = activationOf(node);
      const [input] = node.inputs as readonly [ValueId];
      const producer = rewrite.producer(input);
      if (outer === undefined || producer === undefined || !rewrite.isReadOnce(input)) return false;
      if (!opOf(producer.kind).traits.clamps) return false;
      const inner = (producer.attributes as { activation: FusedActivation }).activation;
      const activation = compose(inner, outer);
      if (activation === undefined) return false;
      rewrite.replace(node, nodeWith(producer, { attributes: { activation }, outputs: node.outputs }));
      rewrite.replace(producer);
      return true;
    }),
};
