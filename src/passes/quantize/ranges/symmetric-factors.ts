/**
 * Ranges of what will be the weights of a FULLY_CONNECTED, although it is computed: both sides alike, so that int8 has zero point 0.
 * One that others read as well keeps its own, and a QUANTIZE in front of the product makes it symmetric.
 */

import { QUANTIZED_LIMITS } from '../../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../../ir/graph.ts';
import { Rewrite } from '../../../ir/rewrite.ts';
import { opOf } from '../../../ops/index.ts';
import type { Range, Ranges } from '../parameters.ts';

const { min: LEAST, max: MOST } = QUANTIZED_LIMITS.int8;

function handsOn({ kind }: Node): boolean {
  const { quantRule } = opOf(kind);
  return quantRule.rule === 'same-as-input' && quantRule.averages !== true;
}

/** The value whose range gives a factor its scale; undefined where anything but this product and parts of that value reads it. */
function ownerOf(rewrite: Rewrite, product: Node, factor: ValueId): ValueId | undefined {
  for (let id = factor; ; ) {
    const isElsewhere = rewrite.consumers(id).some((node) => node !== product && !handsOn(node));
    const producer = rewrite.producer(id);
    if (isElsewhere || rewrite.isOutput(id) || producer === undefined) return undefined;
    if (!handsOn(producer)) {
      const { rule } = opOf(producer.kind).quantRule;
      return rule === 'free' || rule === 'weighted' ? id : undefined;
    }
    id = producer.inputs[0] as ValueId;
  }
}

/** As wide as the wider side on both, with the one step more that int8 has below zero. */
function symmetric({ min, max }: Range): Range {
  const widest = Math.max(-min, max);
  return { min: (widest * LEAST) / MOST, max: widest };
}

/** The ranges, those of second factors that want zero point 0 being symmetric. */
export function symmetricFactors(graph: Graph, ranges: Ranges): Ranges {
  const rewrite = new Rewrite(graph);
  const made = new Map(ranges);
  for (const node of graph.nodes) {
    if (node.kind !== 'batch_matmul' || node.attributes.secondFactor !== 'symmetric') continue;
    const owner = ownerOf(rewrite, node, node.inputs[1] as ValueId);
    const range = owner === undefined ? undefined : ranges.get(owner);
    if (owner !== undefined && range !== undefined) made.set(owner, symmetric(range));
  }
  return made;
}
