/** What the models predict for the test samples, as an SVG picture: over the input, or against the expected value. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { LegendEntry } from './legend.ts';
import { type Axes, drawCurve, drawPoints, type Point } from './marks.ts';
import { COLORS } from './svg-picture.ts';
import { extent, finite, plotSvg } from './svg-plot.ts';

/** One number per sample in each array, in any order of samples. */
export interface Predictions {
  /** The input of a one-input regression; without `measured`, the expected value. */
  readonly x: readonly number[];
  /** The noiseless function. */
  readonly truth?: readonly number[];
  /** What the dataset has, with its noise. */
  readonly measured?: readonly number[];
  readonly float: readonly number[];
  readonly int8?: readonly number[];
  readonly labels?: {
    readonly x?: string;
    readonly y?: string;
    readonly float?: string;
    readonly int8?: string;
  };
}

type SeriesName = 'truth' | 'measured' | 'float' | 'int8';

/** Marks that one picture shows of a cloud (about 40 bytes each), and along a line that must stay visible. */
const MAX_CLOUD = 500;
const MAX_ALONG_LINE = 100;
/** As dense as the measured points look, for their dot in the legend. */
const LIGHT_GRAY = '#c3c8ce';

interface Sample {
  readonly x: number;
  readonly truth?: number;
  readonly measured?: number;
  readonly float?: number;
  readonly int8?: number;
}

/** Ordered by x, without numbers that cannot be drawn. */
function samplesOf(predictions: Predictions): Sample[] {
  const { x } = predictions;
  const names = (['truth', 'measured', 'float', 'int8'] as const).filter(
    (name) => predictions[name] !== undefined,
  );
  for (const name of names) {
    const length = predictions[name]?.length;
    if (length !== x.length) {
      throw inputError(
        'plot-lengths',
        `The plot has ${counted(x.length, 'sample')}, but ${counted(length ?? 0, 'value')} of "${name}".`,
      );
    }
  }
  return Array.from(x, (_, index) => index)
    .filter((index) => Number.isFinite(x[index]))
    .sort((a, b) => x[a] - x[b] || a - b)
    .map((index) => {
      const values = names.map((name) => [name, predictions[name]?.[index]] as const);
      return { x: x[index], ...Object.fromEntries(values.filter(([, value]) => Number.isFinite(value))) };
    });
}

/** At most `limit`, evenly chosen; the first and the last are among them. */
function thinned<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  return Array.from(
    { length: limit },
    (_, rank) => items[Math.round((rank * (items.length - 1)) / (limit - 1))],
  );
}

function pointsOf(samples: readonly Sample[], name: SeriesName, limit: number): readonly Point[] {
  const points = samples.flatMap(({ x, [name]: y }) => (y === undefined ? [] : [{ x, y }]));
  return thinned(points, limit);
}

/** The models' marks: open rings for float, smaller full dots for int8, so that both show where they coincide. */
function drawModels(samples: readonly Sample[], limit: number, axes: Axes): string[] {
  const rings = `fill="none" stroke="${COLORS.blue}" stroke-width="1.4" stroke-opacity="0.85"`;
  return [
    drawPoints(pointsOf(samples, 'float', limit), axes, 3.8, rings),
    drawPoints(pointsOf(samples, 'int8', limit), axes, 2, `fill="${COLORS.vermilion}" fill-opacity="0.95"`),
  ];
}

function modelLegend({ int8, labels }: Predictions): LegendEntry[] {
  return [
    { label: labels?.float ?? 'float', color: COLORS.blue, mark: 'ring' },
    ...(int8 === undefined
      ? []
      : [{ label: labels?.int8 ?? 'int8', color: COLORS.vermilion, mark: 'dot' } as const]),
  ];
}

function summaryOf(x: string, y: string, legend: readonly LegendEntry[], samples: readonly Sample[]): string {
  const series = legend.map(({ label }) => label).join(', ');
  return `${y} over ${x} (${series}) for ${counted(samples.length, 'sample')}.`;
}

function drawMeasured(samples: readonly Sample[], axes: Axes): string {
  return drawPoints(
    pointsOf(samples, 'measured', MAX_CLOUD),
    axes,
    2.2,
    `fill="${COLORS.gray}" fill-opacity="0.3"`,
  );
}

function overInput(predictions: Predictions, samples: readonly Sample[]): string {
  const { labels, measured, truth } = predictions;
  const values = samples.flatMap(({ truth, measured, float, int8 }) => [truth, measured, float, int8]);
  const [x, y] = [labels?.x ?? 'x', labels?.y ?? 'y'];
  const legend: LegendEntry[] = [
    ...(measured === undefined ? [] : [{ label: 'measured', color: LIGHT_GRAY, mark: 'dot' } as const]),
    ...(truth === undefined ? [] : [{ label: 'truth', color: COLORS.ink, mark: 'line' } as const]),
    ...modelLegend(predictions),
  ];
  return plotSvg({
    title: 'Predictions on the test samples',
    summary: summaryOf(x, y, legend, samples),
    x: { title: x, scale: 'linear', domain: extent(samples.map(({ x }) => x)) },
    y: { title: y, scale: 'linear', domain: extent(finite(values.map(Number), 'value')) },
    legend,
    marks: (axes) => [
      ...(measured === undefined ? [] : [drawMeasured(samples, axes)]),
      ...(truth === undefined
        ? []
        : [drawCurve(pointsOf(samples, 'truth', MAX_CLOUD), axes, { color: COLORS.ink, width: 1.6 })]),
      ...drawModels(samples, MAX_ALONG_LINE, axes),
    ],
  });
}

function againstExpected(predictions: Predictions, samples: readonly Sample[]): string {
  const { labels } = predictions;
  const values = samples.flatMap(({ x, float, int8 }) => [x, float, int8]);
  const domain = extent(finite(values.map(Number), 'value'));
  const diagonal = domain.map((value) => ({ x: value, y: value }));
  const [x, y] = [labels?.x ?? 'expected', labels?.y ?? 'predicted'];
  const legend: LegendEntry[] = [
    { label: 'exact', color: COLORS.ink, mark: 'dashes' },
    ...modelLegend(predictions),
  ];
  return plotSvg({
    title: 'Predicted and expected',
    summary: summaryOf(x, y, legend, samples),
    x: { title: x, scale: 'linear', domain },
    y: { title: y, scale: 'linear', domain },
    legend,
    marks: (axes) => [
      ...drawModels(samples, MAX_CLOUD, axes),
      drawCurve(diagonal, axes, { color: COLORS.ink, width: 1.2, dashes: true }),
    ],
  });
}

/**
 * With `measured` or `truth`: everything over the one input. Without: predicted against expected. Values that are not
 * finite are left out; `empty-plot` (input) where nothing remains.
 */
export function predictionPlotSvg(predictions: Predictions): string {
  const samples = samplesOf(predictions);
  finite(samples.flatMap(({ float, int8 }) => [float, int8]).map(Number), 'prediction');
  const oneInput = predictions.measured !== undefined || predictions.truth !== undefined;
  return oneInput ? overInput(predictions, samples) : againstExpected(predictions, samples);
}
