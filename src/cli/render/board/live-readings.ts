/** What a board sends at this moment, as a few lines that are drawn again and again. */

import type { ChalkInstance } from 'chalk';
import { cutToWidth, displayWidth } from '../display-width.ts';
import { printable } from '../printable.ts';
import { signalLine } from '../sparkline.ts';

/** More lines would push everything else off the screen. */
const MOST_SIGNALS = 6;
const MOST_NAME_CELLS = 16;
const MOST_CURVE_CELLS = 60;
const LEAST_CURVE_CELLS = 8;
/** Rows that a curve shows. */
const SHOWN_ROWS = 240;
const DIGITS = 4;

/** The last values of every column. */
export class RecentReadings {
  readonly #columns: number[][] = [];

  push(values: readonly number[]): void {
    for (const [place, value] of values.entries()) {
      if (place === MOST_SIGNALS) return;
      this.#columns[place] ??= [];
      const column = this.#columns[place];
      column.push(value);
      if (column.length > SHOWN_ROWS) column.shift();
    }
  }

  /** Columns of which nothing is shown are left out. */
  get columns(): readonly (readonly number[])[] {
    return this.#columns;
  }
}

function rangeText(values: readonly number[]): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return 'no number';
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return [low, high].map((value) => String(Number(value.toPrecision(DIGITS)))).join(' … ');
}

/** A line for each of the first columns, none wider than `cells`; `names` are foreign. */
export function renderSignals(
  recent: RecentReadings,
  names: readonly string[],
  cells: number,
  colours: ChalkInstance,
): readonly string[] {
  const shown = recent.columns.map((_, place) => cutToWidth(printable(names[place] ?? ''), MOST_NAME_CELLS));
  const width = Math.max(0, ...shown.map(displayWidth));
  const lines = recent.columns.map((values, place) => {
    const range = rangeText(values);
    const room = Math.min(MOST_CURVE_CELLS, cells - width - displayWidth(range) - 7);
    const name = shown[place] + ' '.repeat(width - displayWidth(shown[place]));
    const curve = room < LEAST_CURVE_CELLS ? '' : `${colours.cyan(signalLine(values, room).padEnd(room))}  `;
    return room < LEAST_CURVE_CELLS
      ? cutToWidth(`  ${name}  ${range}`, cells - 1)
      : `  ${name}  ${curve}${colours.dim(range)}`;
  });
  const rest = names.length - lines.length;
  return rest > 0 && lines.length > 0
    ? [...lines, colours.dim(cutToWidth(`  and ${rest} more`, cells - 1))]
    : lines;
}
