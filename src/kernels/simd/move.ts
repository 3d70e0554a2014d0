/** Elements that keep their order in runs, moved run by run. */

import { type Move, type Run, runsOf } from '../move.ts';
import type { SimdPlan } from './simd-plan.ts';

/** Elements of shorter runs, on the average, are moved as fast one by one. */
const LEAST_RUN = 4;

function tableOf(runs: readonly Run[], bytes: number): Int32Array {
  return Int32Array.from(runs.flatMap(({ from, to, length }) => [from * bytes, to * bytes, length * bytes]));
}

/** The elements of one input in their order. */
export function planCopy(bytes: number): SimdPlan {
  return {
    constants: [Int32Array.of(0, 0, bytes)],
    scratchBytes: 0,
    bind({ moveRuns }, { inputs: [input], output, constants: [run] }) {
      return () => moveRuns(run, 1, input, output);
    },
  };
}

/** Of inputs that are all computed; undefined where elements have few neighbours, and where there is padding. */
export function planMove(move: Move, elementBytes: number): SimdPlan | undefined {
  const runs = runsOf(move, LEAST_RUN);
  if (runs === undefined || runs.some(({ from }) => from < 0)) return undefined;
  const sources = [...new Set(runs.map(({ source }) => source))];
  const tables = sources.map((source) =>
    tableOf(
      runs.filter((run) => run.source === source),
      elementBytes,
    ),
  );
  return {
    constants: tables,
    scratchBytes: 0,
    bind({ moveRuns }, { inputs, output, constants }) {
      return () => {
        for (const [index, source] of sources.entries()) {
          moveRuns(constants[index], tables[index].length / 3, inputs[source], output);
        }
      };
    },
  };
}
