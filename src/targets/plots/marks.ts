/** What stands for data: curves, and clouds of points. */

import { line } from 'd3-shape';
import type { Axis } from './axis.ts';
import { coordinate } from './svg-text.ts';

export interface Point {
  readonly x: number;
  /** Not finite where a curve has a gap. */
  readonly y: number;
}

export interface Axes {
  readonly x: Axis;
  readonly y: Axis;
}

export interface CurveStyle {
  readonly color: string;
  /** In pixels. */
  readonly width: number;
  readonly dashes?: boolean;
}

/** A circle at every point, with a radius in pixels. `attributes` are those of the group around them. */
export function drawPoints(
  points: readonly Point[],
  { x, y }: Axes,
  radius: number,
  attributes: string,
): string {
  const circles = points.map((point) => {
    const [cx, cy] = [x.position(point.x), y.position(point.y)].map(coordinate);
    return `<circle cx="${cx}" cy="${cy}" r="${radius}"/>`;
  });
  return `<g ${attributes}>${circles.join('')}</g>`;
}

function isAlone(points: readonly Point[], index: number): boolean {
  const [before, here, after] = [index - 1, index, index + 1].map((at) => Number.isFinite(points[at]?.y));
  return here && !before && !after;
}

/** Joins the points; one alone between two gaps is a dot. */
export function drawCurve(
  points: readonly Point[],
  axes: Axes,
  { color, width, dashes }: CurveStyle,
): string {
  const path = line<Point>()
    .x((point) => axes.x.position(point.x))
    .y((point) => axes.y.position(point.y))
    .defined((point) => Number.isFinite(point.y))
    .digits(2);
  const stroke = `stroke="${color}" stroke-width="${width}"${dashes ? ' stroke-dasharray="4 3"' : ''}`;
  const alone = points.filter((_, index) => isAlone(points, index));
  return [
    `<path d="${path(points) ?? ''}" fill="none" stroke-linejoin="round" ${stroke}/>`,
    ...(alone.length === 0 ? [] : [drawPoints(alone, axes, 2.5, `fill="${color}"`)]),
  ].join('');
}
