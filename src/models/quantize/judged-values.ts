/**
 * Where noise is measured: an output, or what stands before a softmax or sigmoid at the end, whose saturation would hide
 * every error.
 */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';

function hidesErrors({ kind }: Node): boolean {
  return opOf(kind).quantRule.rule === 'fixed-output';
}

function settledAt({ kind }: Node): number {
  const { quantRule } = opOf(kind);
  return (quantRule.rule === 'fixed-output' ? quantRule.settledAt : undefined) ?? Infinity;
}

interface Judged {
  readonly id: ValueId;
  /** Beyond this, on either side, the output does not change in int8. */
  readonly limit: number;
}

function judgedOf({ nodes, outputs }: Graph): readonly Judged[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((id): [ValueId, Node] => [id, node])));
  return outputs.map((output) => {
    let id = output;
    for (;;) {
      const producer = producers.get(id);
      if (producer === undefined) return { id, limit: Infinity };
      const carries = opOf(producer.kind).quantRule.rule === 'same-as-input' && producer.outputs.length === 1;
      if (!carries && !hidesErrors(producer)) return { id, limit: Infinity };
      id = producer.inputs[0] as ValueId;
      if (hidesErrors(producer)) return { id, limit: settledAt(producer) };
    }
  });
}

/** One value for each output of the graph. */
export function judgedValues(graph: Graph): readonly ValueId[] {
  return judgedOf(graph).map(({ id }) => id);
}

/**
 * Elements of a judged value, those beyond where all sigmoids or tanh at the end that read it are settled in int8 brought
 * back to there: ranges of int8 end there, and no output tells them apart.
 */
export type Settle = (id: ValueId, data: Float32Array) => Float32Array;

export function settler(graph: Graph): Settle {
  const limits = new Map<ValueId, number>();
  for (const { id, limit } of judgedOf(graph)) limits.set(id, Math.max(limit, limits.get(id) ?? 0));
  return (id, data) => {
    const limit = limits.get(id) ?? Infinity;
    return limit === Infinity ? data : data.map((value) => Math.max(-limit, Math.min(limit, value)));
  };
}
