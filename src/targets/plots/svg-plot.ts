/** What both plots share: size, axes, title and legend. Equal plots give equal text. */

import { inputError } from '../../core/errors.ts';
import { type Axis, type AxisSpec, createAxis, type Tick } from './axis.ts';
import { drawLegend, type LegendEntry } from './legend.ts';
import type { Axes } from './marks.ts';
import { GRID, svgPicture } from './svg-picture.ts';
import { coordinate, svgText } from './svg-text.ts';

const WIDTH = 720;
const HEIGHT = 440;
/** Where the data lie, in pixels. */
export const PLOT = { left: 76, right: 696, top: 66, bottom: 386 };
const TITLE_Y = 28;
const TICK_COUNTS = { x: 8, y: 6 };
const BETWEEN_GRID = '#f1f3f5';
const AXIS_LINE = '#b4bbc3';

export interface Plot {
  readonly title: string;
  /** What is read aloud instead of the picture. */
  readonly summary: string;
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly legend: readonly LegendEntry[];
  /** What stands for the data, later ones on top. */
  marks(axes: Axes): readonly string[];
}

/** Every number that is drawn is finite; a plot without any is refused. */
export function finite(values: readonly number[], what: string): number[] {
  const kept = values.filter(Number.isFinite);
  if (kept.length === 0) throw inputError('empty-plot', `There is nothing to plot: no finite ${what}.`);
  return kept;
}

/** Smallest and largest, apart even if all are equal. A loop, because spreading ends at some length. */
export function extent(values: readonly number[]): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

/** In the middle of a pixel, where a thin line is sharp. */
function sharp(position: number): string {
  return coordinate(Math.floor(position) + 0.5);
}

function gridLine(y: string, color: string): string {
  return `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="${color}"/>`;
}

function drawRow({ position }: Axis, { value, label }: Tick): string[] {
  const y = sharp(position(value));
  if (label === undefined) return [gridLine(y, BETWEEN_GRID)];
  return [
    gridLine(y, GRID),
    svgText(PLOT.left - 10, position(value) + 4, label, 'text-anchor="end" class="faint"'),
  ];
}

function drawColumn({ position }: Axis, { value, label = '' }: Tick): string[] {
  const x = sharp(position(value));
  return [
    `<line x1="${x}" x2="${x}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}" stroke="${AXIS_LINE}"/>`,
    svgText(position(value), PLOT.bottom + 20, label, 'text-anchor="middle" class="faint"'),
  ];
}

function axisTitles({ x, y }: Axes): string[] {
  const style = 'text-anchor="middle" font-size="13" font-weight="500"';
  const middle = (PLOT.top + PLOT.bottom) / 2;
  return [
    svgText((PLOT.left + PLOT.right) / 2, PLOT.bottom + 43, x.title, style),
    svgText(0, 0, y.title, `transform="translate(24 ${middle}) rotate(-90)" ${style}`),
  ];
}

/** 720 × 440 pixels. */
export function plotSvg({ title, summary, x, y, legend, marks }: Plot): string {
  const axes = {
    x: createAxis(x, [PLOT.left, PLOT.right], TICK_COUNTS.x),
    y: createAxis(y, [PLOT.bottom, PLOT.top], TICK_COUNTS.y),
  };
  return svgPicture({
    width: WIDTH,
    height: HEIGHT,
    fontSize: 12,
    title,
    summary,
    parts: [
      svgText(18, TITLE_Y + 6, title, 'font-size="17" font-weight="600"'),
      ...drawLegend(legend, PLOT.right, TITLE_Y),
      ...axes.y.ticks.flatMap((tick) => drawRow(axes.y, tick)),
      gridLine(sharp(PLOT.bottom), AXIS_LINE),
      ...axes.x.ticks.flatMap((tick) => drawColumn(axes.x, tick)),
      ...axisTitles(axes),
      ...marks(axes),
    ],
  });
}
