/** Activations of their own become the activation of the operator before them, which then clamps on the way out. */

import type { ValueId } from '../ir/graph.ts';
import { nodeWith, rewriteNodes } from '../ir/rewrite.ts';
import { FUSED_ACTIVATIONS, type FusedActivation, floatClamp } from '../ops/fused-activation.ts';
import { opOf } from '../ops/index.ts';
import { activationOf } from './activation-of.ts';
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

export const fuseActivation: Pass = {
  name: 'fuse-activation',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const outer = opOf(node.kind).traits.asFused;
      const [input] = node.inputs as readonly [ValueId];
      const producer = rewrite.producer(input);
      if (outer === undefined || producer === undefined || !rewrite.isReadOnce(input)) return false;
      const inner = activationOf(producer);
      const activation = inner === undefined ? undefined : compose(inner, outer);
      if (activation === undefined) return false;
      rewrite.replace(node, nodeWith(producer, { attributes: { activation }, outputs: node.outputs }));
      rewrite.replace(producer);
      return true;
    }),
};
