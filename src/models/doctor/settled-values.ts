import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';

/** What operators make of constants alone, the values with which states begin: it never changes because the model says so. */
export function settledValues(graph: Graph): ReadonlySet<ValueId> {
  const settled = graph.nodes.filter(({ kind, inputs }) => {
    const { states = [] } = opOf(kind);
    const read = inputs.filter((id, operand) => id !== undefined && !states.includes(operand));
    return read.length > 0 && read.every((id) => getValue(graph, id as ValueId).data !== undefined);
  });
  return new Set(settled.flatMap(({ outputs }) => outputs));
}
