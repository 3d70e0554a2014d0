/**
 * Where noise is measured: an output, or what stands before a softmax or sigmoid at the end, whose saturation would hide
 * every error.
 */

import type { Graph, Node, ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';

function hidesErrors({ kind }: Node): boolean {
  return opOf(kind).quantRule.rule === 'fixed-output';
}

/** One value for each output of the graph. */
export function judgedValues({ nodes, outputs }: Graph): readonly ValueId[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((id): [ValueId, Node] => [id, node])));
  return outputs.map((output) => {
    let id = output;
    for (;;) {
      const producer = producers.get(id);
      if (producer === undefined) return id;
      const carries = opOf(producer.kind).quantRule.rule === 'same-as-input' && producer.outputs.length === 1;
      if (!carries && !hidesErrors(producer)) return id;
      if (hidesErrors(producer)) return producer.inputs[0] as ValueId;
      id = producer.inputs[0] as ValueId;
    }
  });
}
