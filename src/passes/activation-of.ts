/** The fused activation of a node, which is an attribute of operators of different kinds. */

import type { Node } from '../ir/graph.ts';
import type { FusedActivation } from '../ops/fused-activation.ts';
import { opOf } from '../ops/index.ts';

/** What a node ends with; undefined where nothing can be fused into it. */
export function activationOf({ kind, attributes }: Node): FusedActivation | undefined {
  if (!opOf(kind).traits.clamps) return undefined;
  return (attributes as { readonly activation: FusedActivation }).activation;
}
