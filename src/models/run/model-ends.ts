/** What goes in and what comes out of a model. */

import type { TensorType } from '../../core/tensor.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';

/** What goes in and what comes out of a model, in the order of the graph. */
export interface ModelEnds {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

/** Of a graph. */
export function modelEnds(graph: Graph): ModelEnds {
  const typesOf = (ids: readonly ValueId[]): TensorType[] => ids.map((id) => getValue(graph, id).type);
  return { inputs: typesOf(graph.inputs), outputs: typesOf(graph.outputs) };
}
