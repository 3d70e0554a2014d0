/**
 * What is put in the place of NaN, as PyTorch's exports do behind every masked SOFTMAX, is never chosen in integers, which know no
 * NaN: SELECT_V2 by x ≠ x is its last operand.
 */

import { sameShape } from '../../core/tensor.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

function withoutTest(rewrite: Rewrite, node: NodeOf<'select_v2'>): boolean {
  const [condition, , other] = node.inputs as readonly [ValueId, ValueId, ValueId];
  const test = rewrite.producer(condition);
  if (test?.kind !== 'not_equal' || test.inputs[0] !== test.inputs[1]) return false;
  const [output] = node.outputs;
  return sameShape(rewrite.type(other).shape, rewrite.type(output).shape) && rewrite.bypass(node, other);
}

export const withoutNanTests: Pass = {
  name: 'without-nan-tests',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => node.kind === 'select_v2' && withoutTest(rewrite, node)),
};
