/**
 * Ranges in front of sigmoids and tanh: beyond a few units these are settled within half a step of int8, and a range that
 * ends there loses nothing, where one that follows large logits has steps that make a switch of the function. Where both are
 * int16 there are steps enough.
 */

import { QUANTIZED_LIMITS } from '../../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../../ir/graph.ts';
import { Rewrite } from '../../../ir/rewrite.ts';
import { opOf } from '../../../ops/index.ts';
import { activationParameters, type Range } from '../parameters.ts';
import type { ActivationTypes } from '../types/activation-types.ts';

/** The value that nothing but this operand depends on: up through operators that hand its elements on. */
function ownerOf(rewrite: Rewrite, operand: ValueId): ValueId | undefined {
  for (let id = operand; rewrite.isReadOnce(id); ) {
    const producer = rewrite.producer(id);
    if (producer === undefined || producer.outputs.length > 1) return undefined;
    const rule = opOf(producer.kind).quantRule;
    if (rule.rule !== 'same-as-input') {
      return rule.rule === 'free' || rule.rule === 'weighted' ? id : undefined;
    }
    if (rule.averages === true) return undefined;
    id = producer.inputs[0] as ValueId;
  }
  return undefined;
}

function settledAt({ kind }: Node): number | undefined {
  const { quantRule } = opOf(kind);
  return quantRule.rule === 'fixed-output' ? quantRule.settledAt : undefined;
}

/**
 * The least byte lies where the function is settled, or its least result is never made and what is close to it is all one: zero
 * lies between two bytes of a range from one limit to the other, and may be rounded to the one that is farther down.
 */
function withLeastResult(range: Range, limit: number): Range {
  const { scale, zeroPoint } = activationParameters(range);
  const least = scale * (QUANTIZED_LIMITS.int8.min - zeroPoint);
  return range.min > -limit || least <= -limit ? range : { min: range.min - scale, max: range.max };
}

/**
 * The ranges, those of values that only such a function reads ending where it is settled. Who gets results may put them in order,
 * so that the least ones of a graph are told apart.
 */
export function settledRanges(
  graph: Graph,
  ranges: ReadonlyMap<ValueId, Range>,
  types: ActivationTypes,
): ReadonlyMap<ValueId, Range> {
  const rewrite = new Rewrite(graph);
  const settled = new Map(ranges);
  for (const node of graph.nodes) {
    const limit = settledAt(node);
    const owner = limit === undefined ? undefined : ownerOf(rewrite, node.inputs[0] as ValueId);
    const range = owner === undefined ? undefined : ranges.get(owner);
    if (limit === undefined || owner === undefined || range === undefined) continue;
    if (types(owner) === 'int16' && types(node.outputs[0]) === 'int16') continue;
    const within = (value: number): number => Math.max(-limit, Math.min(limit, value));
    const seen = { min: within(range.min), max: within(range.max) };
    const isRanked = types(owner) === 'int8' && graph.outputs.includes(node.outputs[0]);
    settled.set(owner, isRanked ? withLeastResult(seen, limit) : seen);
  }
  return settled;
}
