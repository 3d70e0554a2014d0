/** Ranges that tensors without a scale of their own have because of what follows: beyond them nothing behind changes. */

import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { floatClamp } from '../../ops/fused-activation.ts';
import { opOf } from '../../ops/index.ts';
import { activationOf } from '../activation-of.ts';
import { type Range, representedRange } from '../quantize/parameters.ts';
import type { DeclaredScales } from './declared-scales.ts';

/** Where x · relu6(x + 3) / 6 begins to be 0. */
const HARD_SWISH_ENDS = -3;

function within({ min, max }: Range, low: number, high: number): Range {
  return { min: Math.max(min, low), max: Math.min(max, high) };
}

/** The constant of an operator of two operands, one of them a number, and which of them it is. */
function constantOf(
  graph: Graph,
  { inputs }: Node,
): { value: number; place: 'first' | 'second' } | undefined {
  for (const [index, place] of (['first', 'second'] as const).entries()) {
    const id = inputs[index];
    const data = id === undefined ? undefined : getValue(graph, id).data;
    if (data instanceof Float32Array && data.length === 1) return { value: data[0], place };
  }
  return undefined;
}

/** What the operand of an affine function may be, for what comes out. */
function behindAffine(graph: Graph, node: Node, behind: Range): Range | undefined {
  const constant = constantOf(graph, node);
  if (constant === undefined || node.inputs.length !== 2) return undefined;
  const affine = opOf(node.kind).traits.withConstant(constant.value, constant.place);
  if (affine === undefined || affine.scale === 0) return undefined;
  const ends = [behind.min, behind.max].map((end) => (end - affine.shift) / affine.scale);
  return { min: Math.min(...ends), max: Math.max(...ends) };
}

/** Of operand 0, or of the one that is no constant, where the output has that range. */
function rangeInFront(graph: Graph, node: Node, behind: Range | undefined): Range | undefined {
  const { quantRule } = opOf(node.kind);
  if (quantRule.rule === 'fixed-output') {
    const { settledAt } = quantRule;
    return settledAt === undefined ? undefined : { min: -settledAt, max: settledAt };
  }
  if (behind === undefined) return undefined;
  switch (node.kind) {
    case 'relu':
      return within(behind, 0, Infinity);
    case 'relu6':
      return within(behind, 0, 6);
    case 'hard_swish':
      return { min: HARD_SWISH_ENDS, max: Math.max(behind.max, 0) };
    default:
      return quantRule.rule === 'same-as-input' && quantRule.averages !== true
        ? behind
        : behindAffine(graph, node, behind);
  }
}

/**
 * Of values that nothing but one operator reads. An operator that ends in a clamp has its range; what comes first in the graph
 * follows from what comes later.
 */
export function followedRanges(graph: Graph, scales: DeclaredScales): ReadonlyMap<ValueId, Range> {
  const ranges = new Map<ValueId, Range>();
  const reads = new Map<ValueId, number>();
  for (const id of [...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]) {
    if (id !== undefined) reads.set(id, (reads.get(id) ?? 0) + 1);
  }
  const rangeOf = (node: Node): Range | undefined => {
    const [output] = node.outputs;
    const declared = scales.get(output);
    if (declared !== undefined) return representedRange(declared.quant, declared.dtype);
    const { min, max } = floatClamp(activationOf(node) ?? 'none');
    const own =
      ranges.get(output) ?? (Number.isFinite(min) && Number.isFinite(max) ? { min, max } : undefined);
    const clamped = own && within(own, min, max);
    if (clamped !== undefined) ranges.set(output, clamped);
    return clamped;
  };
  for (const node of [...graph.nodes].reverse()) {
    const behind = rangeOf(node);
    for (const id of new Set(node.inputs)) {
      if (id === undefined || scales.has(id) || reads.get(id) !== 1) continue;
      const { data, type } = getValue(graph, id);
      const range =
        data === undefined && type.dtype === 'float32' ? rangeInFront(graph, node, behind) : undefined;
      if (range !== undefined) ranges.set(id, range);
    }
  }
  return ranges;
}
