/** What a search found: every model that was trained to the end by size and score, and the front of the best. */

import { counted } from '../../core/figure-text.ts';
import type { LegendEntry } from './legend.ts';
import { drawPoints, type Point } from './marks.ts';
import { COLORS } from './svg-picture.ts';
import { extent, finite, plotSvg } from './svg-plot.ts';

/** What is drawn. */
export interface FrontPlot {
  /** Of the vertical axis: `accuracy on validation samples`. */
  readonly score: string;
  /** Models by bytes (x) and score (y). */
  readonly others: readonly Point[];
  /** From the smallest to the largest. */
  readonly front: readonly Point[];
  readonly chosen: Point;
}

const LEGEND: readonly LegendEntry[] = [
  { label: 'beaten', color: COLORS.gray, mark: 'dot' },
  { label: 'front', color: COLORS.blue, mark: 'dot' },
  { label: 'chosen', color: COLORS.vermilion, mark: 'dot' },
];

/**
 * 720 × 440 pixels. No line joins the front: some of it is there for its arena or its arithmetic, which this plane does not show.
 * Throws `empty-plot` (input) where there is nothing to draw.
 */
export function frontPlotSvg({ score, others, front, chosen }: FrontPlot): string {
  const points = [...others, ...front, chosen];
  const bytes = finite(
    points.map(({ x }) => x),
    'size',
  );
  const scores = finite(
    points.map(({ y }) => y),
    'score',
  );
  const count = counted(front.length, 'model');
  return plotSvg({
    title: 'What the search found',
    summary: `${count} on the front, from ${front[0].x} to ${front[front.length - 1].x} bytes; the chosen one has ${chosen.x} bytes and scores ${Number(chosen.y.toPrecision(4))}.`,
    x: { title: 'bytes of the model', scale: 'linear', domain: extent(bytes) },
    y: { title: score, scale: 'linear', domain: extent(scores) },
    legend: LEGEND,
    marks: (axes) => [
      drawPoints(others, axes, 3.5, `fill="${COLORS.gray}" fill-opacity="0.5"`),
      drawPoints(front, axes, 4.5, `fill="${COLORS.blue}"`),
      drawPoints([chosen], axes, 6, `fill="${COLORS.vermilion}"`),
    ],
  });
}
