/** What a project takes that listens all the time, as a table of its parts. */

import {
  dutyOf,
  instructionsPerSecond,
  LISTENING_PARTS,
  type ListeningCost,
  type ListeningPart,
  type NotMeasured,
  sumOf,
} from '../../../models/duty/listening-cost.ts';
import { DUTY_NOTE } from '../check-report.ts';
import { printable } from '../printable.ts';
import { formatCount, formatFigure, formatTable } from '../table.ts';

const TITLES: Readonly<Record<ListeningPart, string>> = {
  features: 'features',
  rows: 'rows of a sample',
  network: 'network',
  decision: 'decision',
};

function row(title: string, figures: readonly number[]): string[] {
  return [title, ...figures.map((value) => formatCount(Math.round(value)))];
}

/** `clock`: cycles in a second, of which a duty is told; `terminal`: how many cells a line of the terminal has. */
export function renderListeningCost(
  cost: ListeningCost | NotMeasured,
  clock: number | undefined,
  terminal: number | undefined,
): string {
  if ('doubt' in cost) return `listening  not measured: ${printable(cost.doubt)}\n`;
  const { parts, secondsPerAnswer } = cost;
  const rows = LISTENING_PARTS.map((part) => {
    const { ramBytes, flashBytes, instructions } = parts[part];
    return row(TITLES[part], [ramBytes, flashBytes, instructions, instructions / secondsPerAnswer]);
  });
  const all = [sumOf(cost, 'ramBytes'), sumOf(cost, 'flashBytes'), sumOf(cost, 'instructions')];
  const table = formatTable(
    [
      { title: 'listening' },
      { title: 'RAM', align: 'right' },
      { title: 'flash', align: 'right' },
      { title: 'instructions of an answer', align: 'right' },
      { title: 'of a second', align: 'right' },
    ],
    [...rows, row('all', [...all, instructionsPerSecond(cost)])],
    terminal,
  );
  const duty =
    clock === undefined
      ? ''
      : `duty  ${formatFigure(dutyOf(cost, clock))} at ${formatCount(clock)} cycles a second\n`;
  return `${table}
an answer every ${formatFigure(secondsPerAnswer)} s
${duty}RAM and flash are in bytes; stack, functions of the C library and the sensor come on top.
${DUTY_NOTE}
`;
}
