/** Plain text tables: columns padded to their widest cell, numbers to the right; narrower where a terminal is. */

export { formatCount, formatFigure } from '../../core/figure-text.ts';

import { cutToWidth, displayWidth, shortenedTo } from './display-width.ts';

/** What stands above a column, and how its cells are laid out. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right, and are never shortened. */
  readonly align?: 'left' | 'right';
  /** Sentences, which go over several lines where there is no room for one. */
  readonly wraps?: true;
}

type Rows = readonly (readonly string[])[];

const GAP = '  ';
/** What is left of a name at least. */
const LEAST_CELLS = 3;

function widest(cells: readonly string[]): number {
  return cells.reduce((most, cell) => Math.max(most, displayWidth(cell)), 0);
}

/** Makes columns narrower, the widest first and none below its least, until they take `room` together. */
function narrow(widths: number[], least: readonly number[], room: number): void {
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const spare = widths.map((width, index) => (width > least[index] ? width : 0));
    const most = Math.max(...spare);
    if (most === 0) return;
    widths[spare.indexOf(most)]--;
  }
}

/** The widths of the columns: into a `terminal`, titles of numbers give in first, then names and sentences. */
function columnWidths(columns: readonly Column[], rows: Rows, terminal: number | undefined): number[] {
  const contents = columns.map((_, index) => widest(rows.map((row) => row[index])));
  const widths = columns.map(({ title }, index) => Math.max(displayWidth(title), contents[index]));
  if (terminal === undefined) return widths;
  const room = terminal - GAP.length * (columns.length - 1);
  const isNumber = (index: number): boolean => columns[index].align === 'right';
  const leastOf = (width: number, index: number): number =>
    Math.min(width, Math.max(contents[index], LEAST_CELLS));
  narrow(
    widths,
    widths.map((width, index) => (isNumber(index) ? leastOf(width, index) : width)),
    room,
  );
  narrow(
    widths,
    widths.map((width, index) => (isNumber(index) ? contents[index] : Math.min(width, LEAST_CELLS))),
    room,
  );
  return widths;
}

/** Lines of at most `width` cells; what is longer than a line is cut. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) lines.push(line);
    line = line !== '' && displayWidth(longer) > width ? word : longer;
    while (displayWidth(line) > width && width > 1) {
      const piece = cutToWidth(line, width);
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return [...lines, line];
}

/** `terminal` is how many cells a line has room for, where a terminal shows the table. */
export function formatTable(columns: readonly Column[], rows: Rows, terminal?: number): string {
  const widths = columnWidths(columns, rows, terminal);
  const formatLine = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const shown = shortenedTo(cell, widths[index]);
        const pad = ' '.repeat(widths[index] - displayWidth(shown));
        return columns[index].align === 'right' ? pad + shown : shown + pad;
      })
      .join(GAP)
      .trimEnd();
  const formatRow = (cells: readonly string[]): string => {
    const lines = cells.map((cell, index) =>
      columns[index].wraps === true ? wrapped(cell, widths[index]) : [cell],
    );
    const height = Math.max(...lines.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => formatLine(lines.map((one) => one[line] ?? ''))).join(
      '\n',
    );
  };
  return [formatLine(columns.map(({ title }) => title)), ...rows.map(formatRow)].join('\n');
}
