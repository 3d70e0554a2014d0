import { TinymlError } from '../../src/core/errors.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { compileProgram } from '../../src/targets/c/program.ts';

/** Why a graph has no C, in the words of the refusal; undefined where it has. */
export function refusalOf(graph: Graph): string | undefined {
  try {
    compileProgram(graph);
    return undefined;
  } catch (error) {
    if (error instanceof TinymlError && error.code === 'no-standalone-c') return error.message;
    throw error;
  }
}
