/** What each pass buys: the cost of a graph before the passes and after every one. */

import type { Graph } from '../../ir/graph.ts';
import { type GraphCost, graphCost } from '../../ir/graph-cost.ts';
import { runPasses } from '../../passes/pass.ts';
import { floatPasses, int8Passes } from '../../passes/pipelines.ts';

export interface PassStep extends GraphCost {
  /** Its name; `imported` for the graph as it was read. */
  readonly pass: string;
}

export function isInt8(graph: Graph): boolean {
  return [...graph.values.values()].some(({ type, data }) => data === undefined && type.dtype === 'int8');
}

/** The passes that `convert` runs on a graph of this type, quantization left out. */
export function passSteps(graph: Graph): readonly PassStep[] {
  const steps: PassStep[] = [{ pass: 'imported', ...graphCost(graph) }];
  runPasses(graph, isInt8(graph) ? int8Passes : floatPasses, (pass, after) => {
    steps.push({ pass, ...graphCost(after) });
  });
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
