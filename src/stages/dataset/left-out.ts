/** What of the data no sample is made of, said to whoever listens. */

import { counted } from '../../core/figure-text.ts';
import type { Reporter } from '../../core/reporter.ts';
import { percent } from '../../data/checks/finding.ts';
import { columnsText, LEAVE_OUT_OR_FILL, type Rows } from '../../data/samples/rows.ts';
import type { Windows } from '../../data/samples/windows.ts';
import type { Column } from '../../data/sources/row-source.ts';
import type { Skipping } from '../../data/sources/skipping.ts';

/** More of the rows than that is worth a warning. */
const MUCH = 0.1;

function say(report: Reporter, count: number, of: number, what: string, hint: string): void {
  if (count === 0) return;
  const sentence = `${count} of ${counted(of, 'row')} (${percent(count / of)}) ${what}`;
  if (count > MUCH * of) report.warn(`${sentence}. ${hint}`);
  else report.info(`${sentence}.`);
}

/** So many that cannot be read say why. */
const EXPLAINED = 5;

/** Rows or files that cannot be read, and why. */
export function reportSkipped({ count, messages }: Skipping, report: Reporter): void {
  if (count === 0) return;
  report.info(
    `${count} ${count === 1 ? 'row or file that cannot be read is' : 'rows or files that cannot be read are'} left out, as "skipBad" allows:`,
  );
  for (const message of messages.slice(0, EXPLAINED)) report.info(message);
  if (count > EXPLAINED) report.info(`and ${count - EXPLAINED} more`);
}

/** Numbers that are missing to a network, though they stand in the files. */
export function reportBeyondFloat32(
  { beyondFloat32 }: Rows,
  columns: readonly Column[],
  report: Reporter,
): void {
  if (beyondFloat32.every((rows) => rows === 0)) return;
  report.warn(
    `Numbers beyond float32 (3.4e38) count as missing: ${columnsText(columns, beyondFloat32)} rows. Name them in "codes" of "missing" where they stand for nothing.`,
  );
}

/** Rows in which something is missing. */
export function reportDropped(
  { count, dropped, droppedFor }: Rows,
  columns: readonly Column[],
  report: Reporter,
): void {
  say(
    report,
    dropped,
    count + dropped,
    `are left out, because something is missing in them: ${columnsText(columns, droppedFor)}`,
    LEAVE_OUT_OR_FILL,
  );
}

/** Rows between the first and the last of a recording that is cut into windows; what a longer stride passes over counts. */
function rowsIn({ length, first, runs }: Windows): number {
  let [covered, next] = [0, 0];
  for (const run of runs) {
    const begin = next;
    while (next < first.length && first[next] < run.first + run.count) next++;
    if (next > begin) covered += first[next - 1] + length - run.first;
  }
  return covered;
}

/** Rows that fill no window. */
export function reportUnfilled({ count }: Rows, windows: Windows, report: Reporter): void {
  say(
    report,
    count - rowsIn(windows),
    count,
    `are in no window: what follows in one recording without a gap is shorter than ${counted(windows.length, 'row')}`,
    'Make the window or its stride shorter.',
  );
}
