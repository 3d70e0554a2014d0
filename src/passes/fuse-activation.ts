/** Activations of their own become the activation of the operator before them, which then clamps on the way out. */

import type { ValueId } from '../ir/graph.ts';
import { nodeWith, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import { activationOf, composedActivation } from './activation-of.ts';
import type { Pass } from './pass.ts';

export const fuseActivation: Pass = {
  name: 'fuse-activation',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      const outer = opOf(node.kind).traits.asFused;
      const [input] = node.inputs as readonly [ValueId];
      const producer = rewrite.producer(input);
      if (outer === undefined || producer === undefined || !rewrite.isReadOnce(input)) return false;
      const inner = activationOf(producer);
      const activation = inner === undefined ? undefined : composedActivation(inner, outer);
      if (activation === undefined) return false;
      rewrite.replace(node, nodeWith(producer, { attributes: { activation }, outputs: node.outputs }));
      rewrite.replace(producer);
      return true;
    }),
};
