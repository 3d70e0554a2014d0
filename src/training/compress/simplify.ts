/** What methods leave, as conversions will see it: weights that became zeros may have made channels constant, or needless. */

import type { Graph, ValueId } from '../../ir/graph.ts';
import { runPasses } from '../../passes/pass.ts';
import { floatPasses } from '../../passes/pipelines.ts';
import type { Compressed, Kept } from './method.ts';

/** Marks by the operator that reads the constant, which its output names, and the place among its operands. */
function marksOf({ nodes }: Graph, keeps: Compressed['keeps']): Map<string, Kept> {
  const marks = new Map<string, Kept>();
  for (const { inputs, outputs } of nodes) {
    for (const [operand, id] of inputs.entries()) {
      const kept = id === undefined ? undefined : keeps.get(id);
      if (kept !== undefined) marks.set(`${outputs[0]}:${operand}`, kept);
    }
  }
  return marks;
}

/** Constants may get other ids; what is to be kept of them stays. What is trained to be integers is lowered already. */
export function simplified(model: Compressed): Compressed {
  if (model.trained !== undefined) return model;
  const graph = runPasses(model.graph, floatPasses);
  const marks = marksOf(model.graph, model.keeps);
  const keeps = graph.nodes.flatMap(({ inputs, outputs }) =>
    inputs.flatMap((id, operand): [ValueId, Kept][] => {
      const kept = marks.get(`${outputs[0]}:${operand}`);
      return id === undefined || kept === undefined ? [] : [[id, kept]];
    }),
  );
  return { ...model, graph, keeps: new Map(keeps) };
}
