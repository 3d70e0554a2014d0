/** One output of a model with several. */

import { type Graph, getValue } from '../../ir/graph.ts';

/** The graph with the outputs of that name alone. */
export function chosenOutput(graph: Graph, name: string): Graph {
  return { ...graph, outputs: graph.outputs.filter((id) => getValue(graph, id).name === name) };
}
