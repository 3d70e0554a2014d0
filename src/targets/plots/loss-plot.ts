/** The training and validation loss of every epoch, as an SVG picture. */

import type { Mark } from 'vega';
import { COLORS, extent, finite, type LegendEntry, PLOT_HEIGHT, plotSvg } from './svg-plot.ts';

export interface LossRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly valLoss?: number;
}

/** Losses that span more than this factor get a logarithmic axis. */
const LOG_FACTOR = 12;
/** More epochs than the plot has columns cannot be seen. */
const MAX_EPOCHS = 1000;

function curve(field: 'loss' | 'valLoss', color: string): Mark {
  return {
    type: 'line',
    from: { data: 'history' },
    encode: {
      enter: {
        x: { scale: 'x', field: 'epoch' },
        y: { scale: 'y', field },
        // A loss that is no number (training diverged) leaves a gap.
        defined: { signal: `isFinite(datum.${field}) && isNumber(datum.${field})` },
        stroke: { value: color },
        strokeWidth: { value: 2 },
        strokeJoin: { value: 'round' },
      },
    },
  };
}

function bestMarks(best: LossRecord, value: number, labelLeft: boolean): Mark[] {
  const x = { scale: 'x', value: best.epoch };
  return [
    {
      type: 'rule',
      encode: {
        enter: {
          x,
          y: { value: 0 },
          y2: { value: PLOT_HEIGHT },
          stroke: { value: COLORS.gray },
          strokeWidth: { value: 1 },
          strokeDash: { value: [3, 3] },
        },
      },
    },
    {
      type: 'symbol',
      encode: {
        enter: {
          x,
          y: { scale: 'y', value },
          size: { value: 60 },
          fill: { value: '#ffffff' },
          stroke: { value: COLORS.ink },
          strokeWidth: { value: 2 },
        },
      },
    },
    {
      type: 'text',
      encode: {
        enter: {
          x: { ...x, offset: labelLeft ? 4 : -4 },
          y: { value: -6 },
          text: { value: `best: ${Number(value.toPrecision(4))} at epoch ${best.epoch}` },
          align: { value: labelLeft ? 'right' : 'left' },
          fill: { value: COLORS.ink },
          fontSize: { value: 12 },
        },
      },
    },
  ];
}

/** Every epoch, or evenly chosen ones with the last and the best among them. */
function thinned(history: readonly LossRecord[], bestEpoch: number | undefined): readonly LossRecord[] {
  const step = Math.ceil(history.length / MAX_EPOCHS);
  return history.filter(
    ({ epoch }, index) => index % step === 0 || index === history.length - 1 || epoch === bestEpoch,
  );
}

/** Losses that are not finite leave gaps; `empty-plot` (input) where none is. */
export async function lossPlotSvg(history: readonly LossRecord[], bestEpoch?: number): Promise<string> {
  const validated = history.some(({ valLoss }) => Number.isFinite(valLoss));
  const losses = history.flatMap(({ loss, valLoss = loss }) => [loss, valLoss]);
  const [low, high] = extent(finite(losses, 'loss'));
  const [firstEpoch, lastEpoch] = extent(history.map(({ epoch }) => epoch));
  const logarithmic = low > 0 && high / low > LOG_FACTOR;
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  const bestLoss = best?.valLoss ?? best?.loss;
  const legend: LegendEntry[] = [
    { label: 'training', color: COLORS.blue, mark: 'line' },
    ...(validated ? [{ label: 'validation', color: COLORS.vermilion, mark: 'line' } as const] : []),
  ];
  return plotSvg({
    title: 'Loss',
    xTitle: 'epoch',
    xMinStep: 1,
    yTitle: logarithmic ? 'loss (logarithmic)' : 'loss',
    xScale: { name: 'x', type: 'linear', domain: [firstEpoch, lastEpoch], zero: false },
    yScale: logarithmic
      ? { name: 'y', type: 'log', domain: [low / 1.15, high * 1.15] }
      : { name: 'y', type: 'linear', domain: [Math.min(0, low), Math.max(0, high)], nice: true },
    data: [
      {
        name: 'history',
        values: thinned(history, bestEpoch).map(({ epoch, loss, valLoss }) => ({ epoch, loss, valLoss })),
      },
    ],
    marks: [
      curve('loss', COLORS.blue),
      ...(validated ? [curve('valLoss', COLORS.vermilion)] : []),
      ...(best === undefined || bestLoss === undefined || !Number.isFinite(bestLoss)
        ? []
        : bestMarks(best, bestLoss, best.epoch > (firstEpoch + lastEpoch) / 2)),
    ],
    legend,
  });
}
