/** A float32 operator whose operands are all constant is computed now, by its own kernel. */

import { allocate, elementCount } from '../core/tensor.ts';
import type { Node } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';

function foldNode(rewrite: Rewrite, node: Node): boolean {
  const { float } = opOf(node.kind);
  const operands = node.inputs.map((id) => (id === undefined ? undefined : rewrite.value(id)));
  const constant = operands.every((operand) => operand === undefined || operand.data !== undefined);
  // A graph output needs a node that writes it.
  if (!constant || operands[0]?.type.dtype !== 'float32' || node.outputs.some((id) => rewrite.isOutput(id))) {
    return false;
  }
  if (float === undefined) return false;
  const outputs = node.outputs.map((id) => rewrite.value(id));
  const results = outputs.map(({ type }) => allocate(type.dtype, elementCount(type.shape)));
  const prepared = float.prepare(
    node.attributes,
    operands.map((operand) => operand?.type),
    outputs.map(({ type }) => type),
  );
  float.run(
    prepared,
    operands.map((operand) => operand?.data),
    results,
  );
  for (const [index, output] of outputs.entries()) rewrite.redefine({ ...output, data: results[index] });
  rewrite.replace(node);
  return true;
}

export const foldConstants: Pass = {
  name: 'fold-constants',
  run: (graph) => rewriteNodes(graph, foldNode),
};
