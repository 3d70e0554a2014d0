import { withErrorContext } from '../core/errors.ts';
import { checkGraph } from '../ir/check-graph.ts';
import type { Graph } from '../ir/graph.ts';

/** A named rewrite. The result is checked after every one. */
export interface Pass {
  readonly name: string;
  run(graph: Graph): Graph;
}

/** Sees the graph after a pass. */
export type PassObserver = (name: string, graph: Graph) => void;

/** Runs the passes in order and shows every result; an error says which pass made the graph wrong. */
export function runPasses(graph: Graph, passes: readonly Pass[], observe: PassObserver = () => {}): Graph {
  let current = graph;
  for (const pass of passes) {
    current = withErrorContext(`pass ${pass.name}`, () => {
      const next = pass.run(current);
      checkGraph(next);
      return next;
    });
    observe(pass.name, current);
  }
  return current;
}
