/** x · relu6(x + 3) / 6, however it is written, as the one operator that TensorFlow Lite Micro has for it. */

import { nodeOf } from '../ir/builder.ts';
import type { Node, ValueId } from '../ir/graph.ts';
import { type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import type { Pass } from './pass.ts';

/** Of a sixth: files have it in more or fewer digits. */
const TOLERANCE = 1e-6;

function numberOf(rewrite: Rewrite, id: ValueId): number | undefined {
  const data = rewrite.floats(id);
  return data?.length === 1 ? data[0] : undefined;
}

/** The other operand of a node of two, one of which is that number. */
function besideNumber(rewrite: Rewrite, { inputs }: Node, number: number): ValueId | undefined {
  const [a, b] = inputs as readonly [ValueId, ValueId];
  const isNumber = (id: ValueId): boolean => Math.abs((numberOf(rewrite, id) ?? 0) / number - 1) < TOLERANCE;
  return isNumber(b) ? a : isNumber(a) ? b : undefined;
}

/** x of relu6(x + 3). */
function gated(rewrite: Rewrite, id: ValueId): ValueId | undefined {
  const node = rewrite.producer(id);
  if (node?.kind === 'add' && node.attributes.activation === 'relu6') return besideNumber(rewrite, node, 3);
  if (node?.kind !== 'relu6') return undefined;
  const sum = rewrite.producer(node.inputs[0] as ValueId);
  const isSum = sum?.kind === 'add' && sum.attributes.activation === 'none';
  return isSum ? besideNumber(rewrite, sum, 3) : undefined;
}

/** The three factors of two products, one inside the other. */
function threeFactors(rewrite: Rewrite, node: Node): readonly (readonly ValueId[])[] {
  const [a, b] = node.inputs as readonly [ValueId, ValueId];
  const inside = (id: ValueId): readonly ValueId[] => {
    const inner = rewrite.producer(id);
    const isProduct = inner?.kind === 'mul' && inner.attributes.activation === 'none';
    return isProduct ? (inner.inputs as readonly ValueId[]) : [];
  };
  return [
    [a, ...inside(b)],
    [b, ...inside(a)],
  ].filter((factors) => factors.length === 3);
}

/** x, if the factors are x, relu6(x + 3) and a sixth. */
function swished(rewrite: Rewrite, factors: readonly ValueId[]): ValueId | undefined {
  const isSixth = (id: ValueId): boolean => Math.abs((numberOf(rewrite, id) ?? 0) * 6 - 1) < TOLERANCE;
  const others = factors.filter((id) => !isSixth(id));
  if (others.length !== 2) return undefined;
  const [a, b] = others;
  return gated(rewrite, b) === a ? a : gated(rewrite, a) === b ? b : undefined;
}

export const fuseHardSwish: Pass = {
  name: 'fuse-hard-swish',
  run: (graph) =>
    rewriteNodes(graph, (rewrite, node) => {
      if (node.kind !== 'mul' || node.attributes.activation !== 'none') return false;
      const found = threeFactors(rewrite, node)
        .map((factors) => swished(rewrite, factors))
        .find((x) => x !== undefined);
      if (found === undefined) return false;
      rewrite.replace(node, nodeOf('hard_swish', node.name, {}, [found], node.outputs));
      return true;
    }),
};
