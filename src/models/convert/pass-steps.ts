/** What each pass buys: the cost of a graph before the passes and after every one. */

import type { Graph } from '../../ir/graph.ts';
import { type GraphCost, graphCost } from '../../ir/graph-cost.ts';
import type { PassObserver } from '../../passes/pass.ts';
import {
  finishInt8,
  forLibrary,
  isInt8,
  type LoweringOptions,
  prepareForInt8,
  simplifyFloat,
} from './lower.ts';

/** The cost of a graph after one pass. */
export interface PassStep extends GraphCost {
  /** Its name; `imported` for the graph as it was read. */
  readonly pass: string;
}

/** An observer that files a step for every graph it is shown. */
export function recordSteps(into: PassStep[]): PassObserver {
  return (pass, graph) => into.push({ pass, ...graphCost(graph) });
}

/** The passes that `convert` runs on a graph of this type: on a float one, those that need no samples. */
export function passSteps(
  graph: Graph,
  form: Pick<LoweringOptions, 'library' | 'densePerChannel'>,
): readonly PassStep[] {
  const steps: PassStep[] = [];
  const observe = recordSteps(steps);
  const options = { ...form, io: 'int8', without: [] } as const;
  observe('imported', graph);
  if (isInt8(graph)) finishInt8(forLibrary(graph, options, observe), options, observe);
  else prepareForInt8(simplifyFloat(graph, options, observe), options, observe);
  return steps;
}

/** The first step and those that changed the cost. */
export function tellingSteps(steps: readonly PassStep[]): readonly PassStep[] {
  return steps.filter((step, index) => {
    const before = steps[index - 1];
    return (
      before === undefined ||
      before.operators !== step.operators ||
      before.macs !== step.macs ||
      before.constantBytes !== step.constantBytes
    );
  });
}
