/** An operator whose operands are all constant is computed now, by its own kernel. */

import type { Node } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { computeOnce, kernelOf } from '../ops/kernel-of.ts';
import type { Pass } from './pass.ts';

function foldNode(rewrite: Rewrite, node: Node): boolean {
  const operands = node.inputs.map((id) => (id === undefined ? undefined : rewrite.value(id)));
  const constant = operands.every((operand) => operand === undefined || operand.data !== undefined);
  // A graph output needs a node that writes it.
  if (!constant || node.outputs.some((id) => rewrite.isOutput(id))) return false;
  const kernel = kernelOf(node.kind, operands[0]?.type.dtype);
  if (kernel === undefined) return false;
  const outputs = node.outputs.map((id) => rewrite.value(id));
  const results = computeOnce(
    kernel,
    node.attributes,
    operands.map((operand) => operand?.type),
    outputs.map(({ type }) => type),
    operands.map((operand) => operand?.data),
  );
  for (const [index, output] of outputs.entries()) rewrite.redefine({ ...output, data: results[index] });
  rewrite.replace(node);
  return true;
}

export const foldConstants: Pass = {
  name: 'fold-constants',
  run: (graph) => rewriteNodes(graph, foldNode),
};
