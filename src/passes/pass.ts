import { internalError, TinymlError, withErrorContext } from '../core/errors.ts';
import { checkGraph } from '../ir/check-graph.ts';
import type { Graph } from '../ir/graph.ts';

/** A named rewrite of a sound graph. The result is checked after every one that changes it. */
export interface Pass {
  readonly name: string;
  run(graph: Graph): Graph;
}

/** Sees the graph after a pass. */
export type PassObserver = (name: string, graph: Graph) => void;

/** The graph was sound before, so what is wrong with it now is a bug of the pass, whatever the model. */
function checkMade(pass: string, graph: Graph, sound: Graph | undefined): void {
  try {
    checkGraph(graph, sound);
  } catch (error) {
    throw internalError('broken-pass', `the pass ${pass} made the graph wrong: ${messageOf(error)}`, error);
  }
}

/** Only what a pass means to say of a model is a `TinymlError`. */
function runPass(pass: Pass, graph: Graph): Graph {
  try {
    return withErrorContext(`pass ${pass.name}`, () => pass.run(graph));
  } catch (error) {
    if (error instanceof TinymlError) throw error;
    throw internalError('broken-pass', `the pass ${pass.name} failed: ${messageOf(error)}`, error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs the passes in order and shows every result. Errors name the pass: `unsupported` ones of a pass itself, such as
 * quantization that no kernel computes, and `internal` ones where it fails or makes a wrong graph.
 */
export function runPasses(graph: Graph, passes: readonly Pass[], observe: PassObserver = () => {}): Graph {
  let current = graph;
  /** The last one that was checked here. */
  let sound: Graph | undefined;
  for (const pass of passes) {
    const made = runPass(pass, current);
    if (made !== current) {
      checkMade(pass.name, made, sound);
      sound = made;
    }
    current = made;
    observe(pass.name, current);
  }
  return current;
}
