/** What the models predict for the test samples, as an SVG picture: over the input, or against the expected value. */

import type { Mark } from 'vega';
import { inputError } from '../../core/errors.ts';
import { COLORS, extent, finite, type LegendEntry, plotSvg } from './svg-plot.ts';

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

/** Marks that one picture shows of a cloud (about 120 bytes each), and along a line that must stay visible. */
const MAX_CLOUD = 500;
const MAX_ALONG_LINE = 100;

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
        `The plot has ${x.length} samples, but ${length} values of "${name}".`,
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

/** In hundredths of a pixel. */
function position(scale: 'x' | 'y', field: string): { signal: string } {
  return { signal: `round(100 * scale('${scale}', datum.${field})) / 100` };
}

function points(
  name: SeriesName,
  style: { size: number; fill?: string; stroke?: string; opacity: number },
): Mark {
  return {
    type: 'symbol',
    from: { data: name },
    encode: {
      enter: {
        x: position('x', 'x'),
        y: position('y', name),
        size: { value: style.size },
        fill: { value: style.fill ?? 'transparent' },
        ...(style.stroke === undefined
          ? {}
          : { stroke: { value: style.stroke }, strokeWidth: { value: 1.4 } }),
        opacity: { value: style.opacity },
      },
    },
  };
}

function line(data: string, field: string, color: string, width: number, dash: number[] = []): Mark {
  return {
    type: 'line',
    from: { data },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x' },
        y: { scale: 'y', field },
        stroke: { value: color },
        strokeWidth: { value: width },
        strokeDash: { value: dash },
      },
    },
  };
}

function seriesData(
  samples: readonly Sample[],
  name: SeriesName,
  limit: number,
): { name: string; values: object[] } {
  const drawn = samples.filter((sample) => sample[name] !== undefined);
  return { name, values: thinned(drawn, limit).map((sample) => ({ x: sample.x, [name]: sample[name] })) };
}

/** The models' marks: open rings for float, smaller full dots for int8, so that both show where they coincide. */
function modelMarks(predictions: Predictions): Mark[] {
  return [
    points('float', { size: 46, stroke: COLORS.blue, opacity: 0.85 }),
    ...(predictions.int8 === undefined
      ? []
      : [points('int8', { size: 12, fill: COLORS.vermilion, opacity: 0.95 })]),
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

function overInput(predictions: Predictions, samples: readonly Sample[]): Promise<string> {
  const { labels, measured, truth } = predictions;
  const y = finite(
    samples.flatMap(({ truth, measured, float, int8 }) => [truth, measured, float, int8]).map(Number),
    'value',
  );
  return plotSvg({
    title: 'Predictions on the test samples',
    xTitle: labels?.x ?? 'x',
    yTitle: labels?.y ?? 'y',
    xScale: {
      name: 'x',
      type: 'linear',
      domain: extent(samples.map(({ x }) => x)),
      zero: false,
      nice: false,
    },
    yScale: { name: 'y', type: 'linear', domain: extent(y), zero: false, nice: true },
    data: [
      seriesData(samples, 'measured', MAX_CLOUD),
      seriesData(samples, 'truth', MAX_CLOUD),
      seriesData(samples, 'float', MAX_ALONG_LINE),
      seriesData(samples, 'int8', MAX_ALONG_LINE),
    ],
    marks: [
      ...(measured === undefined ? [] : [points('measured', { size: 16, fill: COLORS.gray, opacity: 0.3 })]),
      ...(truth === undefined ? [] : [line('truth', 'truth', COLORS.ink, 1.6)]),
      ...modelMarks(predictions),
    ],
    legend: [
      ...(measured === undefined ? [] : [{ label: 'measured', color: '#c3c8ce', mark: 'dot' } as const]),
      ...(truth === undefined ? [] : [{ label: 'truth', color: COLORS.ink, mark: 'line' } as const]),
      ...modelLegend(predictions),
    ],
  });
}

function againstExpected(predictions: Predictions, samples: readonly Sample[]): Promise<string> {
  const { labels } = predictions;
  const both = finite(samples.flatMap(({ x, float, int8 }) => [x, float, int8]).map(Number), 'value');
  const domain = extent(both);
  const diagonal = domain.map((value) => ({ x: value, y: value }));
  return plotSvg({
    title: 'Predicted and expected',
    xTitle: labels?.x ?? 'expected',
    yTitle: labels?.y ?? 'predicted',
    xScale: { name: 'x', type: 'linear', domain, zero: false, nice: true },
    yScale: { name: 'y', type: 'linear', domain, zero: false, nice: true },
    data: [
      { name: 'diagonal', values: diagonal },
      ...(['float', 'int8'] as const).map((name) => seriesData(samples, name, MAX_CLOUD)),
    ],
    marks: [...modelMarks(predictions), line('diagonal', 'y', COLORS.ink, 1.2, [4, 3])],
    legend: [{ label: 'exact', color: COLORS.ink, mark: 'dashes' }, ...modelLegend(predictions)],
  });
}

/**
 * With `measured` or `truth`: everything over the one input. Without: predicted against expected. Values that are not
 * finite are left out; `empty-plot` (input) where nothing remains.
 */
export async function predictionPlotSvg(predictions: Predictions): Promise<string> {
  const samples = samplesOf(predictions);
  finite(samples.flatMap(({ float, int8 }) => [float, int8]).map(Number), 'prediction');
  const oneInput = predictions.measured !== undefined || predictions.truth !== undefined;
  return oneInput ? overInput(predictions, samples) : againstExpected(predictions, samples);
}
