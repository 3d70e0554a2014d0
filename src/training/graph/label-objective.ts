/** The loss of a recipe between the output of a graph and the targets. */

import type { Graph } from '../../ir/graph.ts';
import { getValue } from '../../ir/graph.ts';
import { LOSSES } from '../compiled/losses.ts';
import type { LossName } from '../recipe.ts';
import type { Objective } from './objective.ts';

export function labelObjective(graph: Graph, loss: LossName): Objective {
  const [output] = graph.outputs;
  const width = getValue(graph, output).type.shape.at(-1) ?? 1;
  const { gradient } = LOSSES[loss];
  return {
    observes: [output],
    measure: ({ targets, values: [made] }) =>
      gradient(made.data, targets, made.data.length, width, made.gradient),
  };
}
