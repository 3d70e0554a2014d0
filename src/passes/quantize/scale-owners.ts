/** Which activations will have one scale together, by the one whose range makes it. */

import { sameQuant } from '../../core/quant-params.ts';
import type { Graph, ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import type { QuantRule } from '../../ops/op.ts';
import { activationParameters, type Range } from './parameters.ts';
import { shareScales } from './shared-scales.ts';
import type { ActivationTypes } from './types/activation-types.ts';

/** Rules of operators whose outputs have parameters of their own range. */
const HAS_OWN_RANGE: ReadonlySet<QuantRule['rule']> = new Set<QuantRule['rule']>([
  'free',
  'recurrent',
  'same-as-output',
  'symmetric-inputs',
  'weighted',
]);

/**
 * Each with all that take its scale, itself among them. Inputs, what a kernel assumes, and what has the scale of its operand
 * are no owners; nor is what takes a scale that is not its own.
 */
export function scaleOwners(
  graph: Graph,
  ranges: ReadonlyMap<ValueId, Range>,
  types: ActivationTypes,
): ReadonlyMap<ValueId, readonly ValueId[]> {
  const own = (id: ValueId) => activationParameters(ranges.get(id) as Range, types(id));
  const shared = shareScales(graph, types, 'tinyml', own);
  const owners = new Map<ValueId, readonly ValueId[]>();
  const known = new Set<ValueId>();
  for (const { kind, outputs } of [...graph.nodes].reverse()) {
    if (!HAS_OWN_RANGE.has(opOf(kind).quantRule.rule)) continue;
    for (const id of outputs) {
      if (known.has(id) || !ranges.has(id)) continue;
      const quant = shared.get(id);
      const members =
        quant === undefined ? [id] : [...shared.keys()].filter((other) => shared.get(other) === quant);
      for (const member of members) known.add(member);
      if (quant === undefined || sameQuant(quant, own(id))) owners.set(id, members);
    }
  }
  return owners;
}
