/**
 * Limits that int8 keeps by itself: RELU, RELU6, and MINIMUM or MAXIMUM with a constant, behind an operator whose output
 * has a range of its own. The range that calibration saw behind the limit ends at the limit, so the producer saturates there
 * and the operator is not needed: ReLU(max_value=4), a clamp to ±1, or an activation that could not be fused, costs nothing.
 * It does not hold in float, so it runs with `quantize`.
 */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { nodeWith, Rewrite } from '../../ir/rewrite.ts';
import { opOf } from '../../ops/index.ts';
import type { TypePlan } from './types/activation-types.ts';

/** The operand that a one-sided limit bounds, where the limit is on the far side of zero. */
function limitedOperand(rewrite: Rewrite, node: Node): ValueId | undefined {
  if (node.kind === 'relu' || node.kind === 'relu6') return node.inputs[0];
  if (node.kind !== 'minimum' && node.kind !== 'maximum') return undefined;
  for (const [limit, operand] of [
    [node.inputs[1], node.inputs[0]],
    [node.inputs[0], node.inputs[1]],
  ]) {
    const values = rewrite.floats(limit);
    // Ranges include zero, so only a limit beyond it is where the range ends.
    const ends = values?.length === 1 && (node.kind === 'minimum' ? values[0] >= 0 : values[0] <= 0);
    if (ends) return operand;
  }
  return undefined;
}

function hasOwnRange({ kind }: Node): boolean {
  const { rule } = opOf(kind).quantRule;
  return rule === 'free' || rule === 'weighted';
}

/**
 * The same graph with such operators removed where both they and their producers are int8: ranges of int16 lie around zero
 * and do not end where a limit is.
 */
export function fuseSaturation(graph: Graph, { types, real }: TypePlan): Graph {
  const rewrite = new Rewrite(graph);
  for (const node of graph.nodes) {
    const operand = limitedOperand(rewrite, node);
    const producer = operand === undefined ? undefined : rewrite.producer(operand);
    if (operand === undefined || producer === undefined || producer.outputs.length > 1) continue;
    if (real.has(node) || real.has(producer)) continue;
    if ([node, producer].some(({ outputs: [output] }) => types(output) !== 'int8')) continue;
    if (!hasOwnRange(producer) || !rewrite.isReadOnce(operand)) continue;
    rewrite.replace(node);
    rewrite.replace(producer, nodeWith(producer, { outputs: node.outputs }));
  }
  return rewrite.graph();
}
