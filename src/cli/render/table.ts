/** Plain text tables: columns padded to their widest cell, numbers to the right. */

import { displayWidth } from './display-width.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[index]))),
  );
  const formatRow = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => {
        const pad = ' '.repeat(widths[index] - displayWidth(cell));
        return columns[index].align === 'right' ? pad + cell : cell + pad;
      })
      .join('  ')
      .trimEnd();
  return [formatRow(columns.map(({ title }) => title)), ...rows.map(formatRow)].join('\n');
}

/** `12,345`, the same everywhere. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Four significant digits, without trailing zeros; `–` for what is not known. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined) return '–';
  return String(Number(value.toPrecision(4)));
}
