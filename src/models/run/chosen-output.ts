/** One output of a model with several. */

import { usageError } from '../../core/errors.ts';
import { type Graph, getValue } from '../../ir/graph.ts';

/**
 * The graph with that output alone; without a name the graph, if it has one. Throws `unknown-output` and `several-outputs`
 * (usage), which name the outputs there are.
 */
export function chosenOutput(graph: Graph, name: string | undefined): Graph {
  const { outputs } = graph;
  const names = outputs.map((id) => getValue(graph, id).name);
  if (name === undefined) {
    if (outputs.length === 1) return graph;
    throw usageError(
      'several-outputs',
      `The model has ${outputs.length} outputs, and the scores are those of one`,
      `Name it: --output ${names.join(', or --output ')}.`,
    );
  }
  const index = names.indexOf(name);
  if (index >= 0) return { ...graph, outputs: [outputs[index]] };
  throw usageError(
    'unknown-output',
    `The model has no output ${JSON.stringify(name)}`,
    `Its outputs are ${names.join(', ')}.`,
  );
}
