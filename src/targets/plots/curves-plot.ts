/** Curves over one axis, as an SVG picture: a metric over epochs, what a threshold trades. */

import type { AxisSpec } from './axis.ts';
import { drawLegendColumn, type LegendEntry } from './legend.ts';
import { drawCurve, type Point } from './marks.ts';
import { COLORS } from './svg-picture.ts';
import { PLOT, plotSvg } from './svg-plot.ts';

/** Of curves side by side; they stay apart for colour-blind readers, and from white. */
export const CURVE_COLORS = [COLORS.blue, COLORS.vermilion, '#007a5a', '#a8327d', '#7a6200', '#5b4fc4'];

export interface Curve {
  /** Foreign text; absent where another curve of the same colour is named. */
  readonly label?: string;
  readonly color: string;
  readonly dashes?: boolean;
  /** Not finite where it has a gap. */
  readonly points: readonly Point[];
}

export interface CurvesPlot {
  readonly title: string;
  /** What is read aloud instead of the picture. */
  readonly summary: string;
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly curves: readonly Curve[];
  /** What the kinds of lines mean, at the top. */
  readonly legend: readonly LegendEntry[];
  /** Where the names of the curves stand, inside of the plot. */
  readonly names?: 'bottom-left' | 'bottom-right';
}

const INSIDE = 14;
const NAMES_WIDTH = 190;

/** 720 × 440 pixels. */
export function curvesPlotSvg({ curves, names, ...plot }: CurvesPlot): string {
  const named: LegendEntry[] = curves.flatMap(({ label, color, dashes }) =>
    label === undefined ? [] : [{ label, color, mark: dashes === true ? 'dashes' : 'line' }],
  );
  const left = names === 'bottom-left' ? PLOT.left + INSIDE : PLOT.right - INSIDE - NAMES_WIDTH;
  return plotSvg({
    ...plot,
    marks: (axes) => [
      ...curves.map(({ points, color, dashes }) =>
        drawCurve(points, axes, { color, width: 2, ...(dashes === true ? { dashes } : {}) }),
      ),
      ...(names === undefined ? [] : drawLegendColumn(named, left, PLOT.bottom - INSIDE)),
    ],
  });
}
