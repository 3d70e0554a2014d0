/** The key of a plot: one row that ends at the right. */

import { coordinate, shortenText, svgText } from './svg-text.ts';

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly mark: 'line' | 'dashes' | 'dot' | 'ring';
}

const FONT_SIZE = 13;
const LINE_WIDTH = 22;
const POINT_WIDTH = 10;
const LABEL_GAP = 7;
const ENTRY_GAP = 20;

/** Relative to the size of the font. Text is not measured: the machine's fonts would decide the picture. */
function letterWidth(letter: string): number {
  if (/[fijlrt.,:;'|!()[\] ]/.test(letter)) return 0.35;
  return /[mwA-Z@%]/.test(letter) ? 0.8 : 0.58;
}

function labelWidth(label: string): number {
  return [...label].reduce((width, letter) => width + FONT_SIZE * letterWidth(letter), 0);
}

function isLine({ mark }: LegendEntry): boolean {
  return mark === 'line' || mark === 'dashes';
}

function swatch(entry: LegendEntry, x: number, y: number): string {
  const { color, mark } = entry;
  if (isLine(entry)) {
    const dashes = mark === 'dashes' ? ' stroke-dasharray="4 3"' : '';
    return `<line x1="${coordinate(x)}" x2="${coordinate(x + LINE_WIDTH)}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2.5"${dashes}/>`;
  }
  const style =
    mark === 'dot' ? `r="3.5" fill="${color}"` : `r="4" fill="none" stroke="${color}" stroke-width="1.6"`;
  return `<circle cx="${coordinate(x + POINT_WIDTH / 2)}" cy="${y}" ${style}/>`;
}

/** Ends at pixel `right`; `y` is the middle of the row. */
export function drawLegend(entries: readonly LegendEntry[], right: number, y: number): string[] {
  let end = right;
  const drawn = entries.toReversed().map((entry) => {
    const labelStart = end - labelWidth(entry.label);
    const start = labelStart - LABEL_GAP - (isLine(entry) ? LINE_WIDTH : POINT_WIDTH);
    end = start - ENTRY_GAP;
    const label = svgText(labelStart, y + FONT_SIZE * 0.35, entry.label, `font-size="${FONT_SIZE}"`);
    return `${swatch(entry, start, y)}${label}`;
  });
  return drawn.toReversed();
}

const ROW_HEIGHT = 20;
const MOST_LETTERS = 26;

/** One entry below the other, from pixel `left` on; the last one stands at `bottom`. */
export function drawLegendColumn(entries: readonly LegendEntry[], left: number, bottom: number): string[] {
  const top = bottom - (entries.length - 0.5) * ROW_HEIGHT;
  const width = Math.max(...entries.map(({ label }) => labelWidth(shortenText(label, MOST_LETTERS))));
  const rows = entries.map((entry, index) => {
    const y = bottom - (entries.length - 1 - index) * ROW_HEIGHT;
    const x = left + LABEL_GAP + (isLine(entry) ? LINE_WIDTH : POINT_WIDTH);
    const label = svgText(
      x,
      y + FONT_SIZE * 0.35,
      shortenText(entry.label, MOST_LETTERS),
      `font-size="${FONT_SIZE}"`,
    );
    return `${swatch(entry, left, y)}${label}`;
  });
  return [
    `<rect x="${coordinate(left - LABEL_GAP)}" y="${coordinate(top)}" width="${coordinate(width + LINE_WIDTH + 3 * LABEL_GAP)}" height="${entries.length * ROW_HEIGHT}" fill="#ffffff" fill-opacity="0.85"/>`,
    ...rows,
  ];
}
