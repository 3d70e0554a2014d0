/** Elements that keep their order in runs, moved run by run. */

import { type Move, type Run, runsOf } from '../move.ts';
import type { SimdPlan } from './simd-plan.ts';

/** Elements of shorter runs, on the average, are moved as fast one by one. */
const LEAST_RUN = 4;

/** As `assembly/copies.ts` has them. */
function tableOf(runs: readonly Run[], bytes: number): Int32Array {
  return Int32Array.from(
    runs.flatMap(({ from, to, length }) => [from < 0 ? -1 : from * bytes, to * bytes, length * bytes]),
  );
}

/** The elements of one input in their order. */
export function planCopy(bytes: number): SimdPlan {
  return {
    constants: [Int32Array.of(0, 0, bytes)],
    scratchBytes: 0,
    bind({ moveRuns }, { inputs: [input], outputs: [output], constants: [run] }) {
      return () => moveRuns(run, 1, 0, input, output);
    },
  };
}

/** What goes from one input to one output. */
interface Part {
  readonly source: number;
  readonly output: number;
  readonly table: Int32Array;
}

function partsOf(runs: readonly Run[], output: number, bytes: number): Part[] {
  const sources = [...new Set(runs.map(({ source }) => source))];
  return sources.map((source) => {
    const own = runs.filter((run) => run.source === source);
    return { source, output, table: tableOf(own, bytes) };
  });
}

/**
 * A move for each output, of inputs that are all computed; every byte of `padding` is the same. Undefined where elements have few
 * neighbours.
 */
export function planMoves(moves: readonly Move[], elementBytes: number, padding = 0): SimdPlan | undefined {
  const parts: Part[] = [];
  for (const [output, move] of moves.entries()) {
    const runs = runsOf(move, LEAST_RUN);
    if (runs === undefined) return undefined;
    parts.push(...partsOf(runs, output, elementBytes));
  }
  return {
    constants: parts.map(({ table }) => table),
    scratchBytes: 0,
    bind({ moveRuns }, { inputs, outputs, constants }) {
      return () => {
        for (const [index, { source, output, table }] of parts.entries()) {
          moveRuns(constants[index], table.length / 3, padding, inputs[source], outputs[output]);
        }
      };
    },
  };
}
