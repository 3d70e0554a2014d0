/** Which rows make one sample: each its own, or windows of rows that follow each other. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { Run } from './row-writer.ts';

export interface WindowOptions {
  /** Rows in one sample. */
  readonly length: number;
  /** From the first row of a window to that of the next. */
  readonly stride: number;
}

/** Windows in the order of their rows. */
export interface Windows {
  /** Rows in each. */
  readonly length: number;
  /** The first row of each, among all rows. */
  readonly first: Int32Array;
  /** What no window leaves. */
  readonly runs: readonly Run[];
}

/** Of every window the place among `parts` of the one that holds its first row; both are in the order of their rows. */
export function placesAmong({ first }: Windows, parts: readonly Run[]): Int32Array {
  let place = 0;
  return first.map((row) => {
    while (row >= parts[place].first + parts[place].count) place++;
    return place;
  });
}

/** Every file holds recordings of `rows` rows one after another: runs are cut there, and what is left over is dropped. */
export function cutRuns(runs: readonly Run[], rows: number): readonly Run[] {
  return runs.flatMap(({ file, first, count }) =>
    Array.from({ length: Math.floor(count / rows) }, (_, i) => ({
      file,
      first: first + i * rows,
      count: rows,
    })),
  );
}

/** No window leaves its run, and none is filled up. Throws `no-windows` (input). */
export function windowsOf(
  runs: readonly Run[],
  { length, stride }: WindowOptions,
  hint = 'Make the window shorter.',
): Windows {
  const windowsIn = ({ count }: Run): number => Math.max(0, Math.floor((count - length) / stride) + 1);
  const first = new Int32Array(runs.reduce((sum, run) => sum + windowsIn(run), 0));
  let next = 0;
  for (const run of runs) {
    for (let i = 0; i < windowsIn(run); i++) first[next++] = run.first + i * stride;
  }
  if (first.length > 0) return { length, first, runs };
  const longest = runs.reduce((most, { count }) => Math.max(most, count), 0);
  throw inputError(
    'no-windows',
    `A window has ${counted(length, 'row')}, and no more than ${longest} follow each other in one recording`,
    hint,
  );
}

/** Every row is a sample. */
export function everyRow(runs: readonly Run[]): Windows {
  return windowsOf(runs, { length: 1, stride: 1 });
}
