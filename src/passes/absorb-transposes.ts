/** A TRANSPOSE of the last two axes in front of a product of matrices, which can read either factor transposed by itself. */

import type { NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';

/** What the factor was before its last two axes, and no others, changed places. */
function beforeTranspose(rewrite: Rewrite, factor: ValueId): ValueId | undefined {
  const transpose = rewrite.producer(factor);
  if (transpose?.kind !== 'transpose' || !rewrite.isReadOnce(factor)) return undefined;
  const { permutation } = transpose.attributes;
  const rank = permutation.length;
  const swapsLast = permutation.every(
    (axis, index) => axis === (index < rank - 2 ? index : 2 * rank - 3 - index),
  );
  return swapsLast ? (transpose.inputs[0] as ValueId) : undefined;
}

function absorb(rewrite: Rewrite, node: NodeOf<'batch_matmul'>): boolean {
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const [earlyA, earlyB] = [a, b].map((id) => beforeTranspose(rewrite, id));
  if (earlyA === undefined && earlyB === undefined) return false;
  const { adjX, adjY } = node.attributes;
  const attributes = { adjX: adjX !== (earlyA !== undefined), adjY: adjY !== (earlyB !== undefined) };
  rewrite.replace(node, nodeWith(node, { attributes, inputs: [earlyA ?? a, earlyB ?? b] }));
  return true;
}

/** TFLM turns the second factor around itself unless it is transposed: this one even saves it the work, and the memory. */
export const absorbTransposes: Pass = {
  name: 'absorb-transposes',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'batch_matmul' && absorb(rewrite, node)),
};
