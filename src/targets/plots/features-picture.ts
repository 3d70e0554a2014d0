/** Features over time as an SVG picture: a column for every row of them, the first value at the bottom. */

import { counted } from '../../core/figure-text.ts';
import { pooled } from './pooled-cells.ts';
import { svgPicture } from './svg-picture.ts';
import { coordinate, escapeXml } from './svg-text.ts';

/** What is drawn. */
export interface FeaturesPicture {
  /** Row after row. */
  readonly data: ArrayLike<number>;
  /** Values of a row. */
  readonly width: number;
  /** From one row to the next; absent: rows are counted. */
  readonly secondsPerRow?: number;
  /** Foreign text. */
  readonly title: string;
}

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 44;
const TOP = 30;
const RIGHT = 96;
const BOTTOM = 34;
const MOST_COLUMNS = 240;
const MOST_LINES = 128;
/** Colours that are told apart, from the least to the largest value. */
const SHADES = 48;

/** Dark to light through blue and green, so that it reads in gray too. */
const STOPS = [
  [38, 20, 72],
  [49, 70, 130],
  [32, 133, 140],
  [104, 191, 100],
  [250, 230, 60],
] as const;

function colorOf(part: number): string {
  const place = part * (STOPS.length - 1);
  const [from, to] = [STOPS[Math.floor(place)], STOPS[Math.min(STOPS.length - 1, Math.floor(place) + 1)]];
  return `#${from
    .map((value, i) => Math.round(value + (place % 1) * (to[i] - value)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

function range(values: readonly number[]): readonly [number, number] {
  const numbers = values.filter((value) => Number.isFinite(value));
  if (numbers.length === 0) return [0, 1];
  return [Math.min(...numbers), Math.max(...numbers)];
}

const figure = (value: number): string => String(Number(value.toPrecision(4)));

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'middle'): string {
  return `<text x="${coordinate(x)}" y="${coordinate(y)}" text-anchor="${anchor}" class="faint">${escapeXml(words)}</text>`;
}

/** 720 × 320 pixels. What is no number stays white. */
export function featuresSvg({ data, width, secondsPerRow, title }: FeaturesPicture): string {
  const { columns, lines, at } = pooled(data, width, MOST_COLUMNS, MOST_LINES);
  const [low, high] = range(
    Array.from({ length: columns * lines }, (_, i) => at(Math.floor(i / lines), i % lines)),
  );
  const shade = (value: number): number =>
    Math.min(SHADES - 1, Math.floor(((value - low) / (high - low || 1)) * SHADES));
  const [plotWidth, plotHeight] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const x = (column: number): number => LEFT + (column / columns) * plotWidth;
  const y = (line: number): number => TOP + plotHeight - (line / lines) * plotHeight;
  const cells: string[] = [];
  for (let line = 0; line < lines; line++) {
    for (let column = 0; column < columns; ) {
      const own = shade(at(column, line));
      let end = column + 1;
      while (end < columns && Object.is(shade(at(end, line)), own)) end++;
      if (!Number.isNaN(own)) {
        cells.push(
          `<rect x="${coordinate(x(column))}" y="${coordinate(y(line + 1))}" width="${coordinate(x(end) - x(column))}" height="${coordinate(plotHeight / lines)}" fill="${colorOf(own / (SHADES - 1))}"/>`,
        );
      }
      column = end;
    }
  }
  const rows = Math.floor(data.length / width);
  const scale = Array.from({ length: SHADES }, (_, i) => {
    const height = plotHeight / SHADES;
    return `<rect x="${WIDTH - RIGHT + 16}" y="${coordinate(TOP + plotHeight - (i + 1) * height)}" width="14" height="${coordinate(height + 0.5)}" fill="${colorOf(i / (SHADES - 1))}"/>`;
  });
  const last = secondsPerRow === undefined ? `${counted(rows, 'row')}` : `${figure(rows * secondsPerRow)} s`;
  return svgPicture({
    width: WIDTH,
    height: HEIGHT,
    fontSize: 12,
    title,
    summary: `${counted(rows, 'row')} of ${counted(width, 'value')} from ${figure(low)} to ${figure(high)}.`,
    parts: [
      `<text x="${LEFT}" y="19">${escapeXml(title)}</text>`,
      `<g shape-rendering="crispEdges">${cells.join('')}</g>`,
      ...scale,
      text(WIDTH - RIGHT + 36, TOP + 9, figure(high), 'start'),
      text(WIDTH - RIGHT + 36, TOP + plotHeight, figure(low), 'start'),
      text(LEFT, HEIGHT - 14, '0', 'start'),
      text(LEFT + plotWidth, HEIGHT - 14, last, 'end'),
      text(LEFT - 6, TOP + plotHeight, '1', 'end'),
      text(LEFT - 6, TOP + 9, String(width), 'end'),
    ],
  });
}
