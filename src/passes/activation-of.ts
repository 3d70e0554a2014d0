/** The fused activation of a node, which is an attribute of operators of different kinds, and what two in a row come to. */

import type { Node } from '../ir/graph.ts';
import { FUSED_ACTIVATIONS, type FusedActivation, floatClamp } from '../ops/fused-activation.ts';
import { opOf } from '../ops/index.ts';

/** What a node ends with; undefined where nothing can be fused into it. */
export function activationOf({ kind, attributes }: Node): FusedActivation | undefined {
  if (!opOf(kind).traits.clamps) return undefined;
  return (attributes as { readonly activation: FusedActivation }).activation;
}

/** The one activation that does what `first` and then `second` do; undefined where there is none. */
export function composedActivation(
  first: FusedActivation,
  second: FusedActivation,
): FusedActivation | undefined {
  const [inner, outer] = [floatClamp(first), floatClamp(second)];
  const through = (limit: number): number => Math.min(Math.max(limit, outer.min), outer.max);
  return FUSED_ACTIVATIONS.find((candidate) => {
    const { min, max } = floatClamp(candidate);
    return min === through(inner.min) && max === through(inner.max);
  });
}
