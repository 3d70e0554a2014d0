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

/** What may lie between a mask and a SOFTMAX: other terms and factors of the scores, and another order of them. */
const BETWEEN: ReadonlySet<OpKind> = new Set<OpKind>([...MASKING, 'maximum', 'mul', 'reshape', 'transpose']);

/** What every SOFTMAX computes on, from the foremost mask on; nothing where there is none. */
export function maskedScores(graph: Graph): ReadonlySet<Node> {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  /** Of the one operand that is computed by a node. */
  const before = ({ inputs }: Node): Node | undefined => {
    const [producer, ...others] = inputs.flatMap((id) => (id === undefined ? [] : (producers.get(id) ?? [])));
    return others.length === 0 ? producer : undefined;
  };
  const kept = new Set<Node>();
  for (const softmax of graph.nodes) {
    if (softmax.kind !== 'softmax') continue;
    const between: Node[] = [softmax];
    for (let node = before(softmax); node !== undefined && BETWEEN.has(node.kind); node = before(node)) {
      between.push(node);
      if (!MASKING.has(node.kind) || !node.inputs.some((id) => isMask(graph, id))) continue;
      for (const one of between) kept.add(one);
    }
  }
  return kept;
}
