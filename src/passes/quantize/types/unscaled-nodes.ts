/** Which operators stay in float32 because a tensor of theirs has no scale, and nothing to make one of. */

import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import { CELL } from '../../../kernels/recurrent/lstm-shape.ts';
import { opOf } from '../../../ops/index.ts';

/** Of a tensor. */
export type HasScale = (id: ValueId) => boolean;

/** Whether its outputs have scales of their own, which neither the kernel nor its input decides. */
function needsScale({ kind }: Node): boolean {
  const { rule } = opOf(kind).quantRule;
  return rule !== 'same-as-input' && rule !== 'fixed-output';
}

/** The cell state of an LSTM has a scale of its own; the hidden one has that of the output. */
function hasCellScale(node: Node, hasScale: HasScale): boolean {
  return node.kind !== 'unidirectional_sequence_lstm' || hasScale(node.inputs[CELL] as ValueId);
}

/** With all that works on states of operators in float32. */
function withTheirStates(graph: Graph, real: ReadonlySet<Node>): ReadonlySet<Node> {
  const isState = (id: ValueId | undefined): boolean =>
    id !== undefined && getValue(graph, id).state !== undefined;
  const states = new Set([...real].flatMap(({ inputs }) => inputs.filter(isState)));
  return new Set([...real, ...graph.nodes.filter(({ inputs }) => inputs.some((id) => states.has(id)))]);
}

/** `real` with what makes a tensor without a scale, and all that reads one. */
export function withUnscaled(graph: Graph, real: ReadonlySet<Node>, hasScale: HasScale): ReadonlySet<Node> {
  const isReal = (id: ValueId): boolean => {
    const { type, data } = getValue(graph, id);
    return type.dtype === 'float32' && data === undefined;
  };
  const all = new Set(real);
  const unscaled = new Set(graph.inputs.filter((id) => isReal(id) && !hasScale(id)));
  for (const node of graph.nodes) {
    const lacking = node.outputs.filter((id) => isReal(id) && !hasScale(id));
    const readsUnscaled = node.inputs.some((id) => id !== undefined && unscaled.has(id));
    const isInFloat = all.has(node) || opOf(node.kind).quantRule.rule === 'real';
    const isScaled = !readsUnscaled && hasCellScale(node, hasScale);
    if (!isInFloat && isScaled && !(needsScale(node) && lacking.length > 0)) continue;
    all.add(node);
    for (const id of lacking) unscaled.add(id);
  }
  return withTheirStates(graph, all);
}
