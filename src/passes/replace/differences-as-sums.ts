/**
 * Differences of float32 as sums: a − b = a + (−b), and a constant b changes its sign beforehand. For Chirale's library, whose SUB of
 * int8 may be off by one, while its ADD and MUL are exact.
 */

import { nodeOf } from '../../ir/builder.ts';
import type { NodeOf, ValueId } from '../../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../../ir/rewrite.ts';
import type { Pass } from '../pass.ts';

const MINUS_ONE = { dtype: 'float32', shape: [1] } as const;

function asSum(rewrite: Rewrite, node: NodeOf<'sub'>): boolean {
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const { name, attributes, outputs } = node;
  const type = rewrite.type(b);
  if (type.dtype !== 'float32') return false;
  const known = rewrite.floats(b);
  if (known !== undefined) {
    const negative = rewrite.constant(
      name,
      type,
      known.map((value) => -value),
    );
    rewrite.replace(node, nodeOf('add', name, attributes, [a, negative], outputs));
    return true;
  }
  const negative = rewrite.fresh(name, type);
  const factor = rewrite.constant(name, MINUS_ONE, Float32Array.of(-1));
  rewrite.replace(
    node,
    nodeOf('mul', name, { activation: 'none' }, [b, factor], [negative]),
    nodeOf('add', name, attributes, [a, negative], outputs),
  );
  return true;
}

export const differencesAsSums: Pass = {
  name: 'differences-as-sums',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => node.kind === 'sub' && asSum(rewrite, node)),
};
