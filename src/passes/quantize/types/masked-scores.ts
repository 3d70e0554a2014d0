/**
 * Which operators stay in float32 because a constant of them is a mask: a number so far below all scores that a SOFTMAX leaves
 * nothing of what it is added to, or put in place of. In one scale with it all scores would be one step.
 */

import { type Graph, getValue, type Node, type ValueId } from '../../../ir/graph.ts';
import type { OpKind } from '../../../ops/index.ts';

/** Scores themselves are hardly ever above 100. */
const FAR = 1e4;

const MASKING: ReadonlySet<OpKind> = new Set<OpKind>(['add', 'sub', 'select_v2', 'minimum']);

function isMask(graph: Graph, id: ValueId | undefined): boolean {
  if (id === undefined) return false;
  const { type, data } = getValue(graph, id);
  return (
    type.dtype === 'float32' && data !== undefined && data.some((value) => Math.abs(Number(value)) >= FAR)
  );
}

/** Every SOFTMAX behind a mask, with what masks and what only gives the scores another shape in between. */
export function maskedScores(graph: Graph): ReadonlySet<Node> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const kept = new Set<Node>();
  for (const softmax of graph.nodes) {
    if (softmax.kind !== 'softmax') continue;
    const between: Node[] = [softmax];
    const before = ({ inputs: [id] }: Node): Node | undefined =>
      id === undefined ? undefined : producers.get(id);
    let node = before(softmax);
    for (; node?.kind === 'reshape'; node = before(node)) between.push(node);
    if (node === undefined || !MASKING.has(node.kind) || !node.inputs.some((id) => isMask(graph, id)))
      continue;
    for (const one of [node, ...between]) kept.add(one);
  }
  return kept;
}
