/** The training and validation loss of every epoch, as an SVG picture. */

import { counted } from '../../core/figure-text.ts';
import type { AxisSpec } from './axis.ts';
import type { LegendEntry } from './legend.ts';
import { type Axes, drawCurve, drawPoints } from './marks.ts';
import { COLORS } from './svg-picture.ts';
import { extent, finite, PLOT, plotSvg } from './svg-plot.ts';
import { coordinate, svgText } from './svg-text.ts';

export interface LossRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly valLoss?: number;
}

interface BestEpoch {
  readonly epoch: number;
  readonly loss: number;
}

/** Losses that span more than this factor get a logarithmic axis. */
const LOG_FACTOR = 12;
/** More epochs than the plot has columns cannot be seen. */
const MAX_EPOCHS = 1000;
/** Curves of more epochs are thin, so that one shows behind the other. */
const MANY_EPOCHS = 150;

function drawLoss(
  history: readonly LossRecord[],
  field: 'loss' | 'valLoss',
  axes: Axes,
  color: string,
): string {
  // A loss that is no number (training diverged) leaves a gap; in JSON it is null.
  const points = history.map(({ epoch, [field]: loss }) => ({ x: epoch, y: loss ?? Number.NaN }));
  const width = history.length > MANY_EPOCHS ? 1.25 : 2;
  return drawCurve(points, axes, { color, width });
}

function bestLabel({ epoch, loss }: BestEpoch): string {
  return `best: ${Number(loss.toPrecision(4))} at epoch ${epoch}`;
}

function drawBest(best: BestEpoch, axes: Axes): string[] {
  const position = axes.x.position(best.epoch);
  const x = coordinate(position);
  const anchor = position > (PLOT.left + PLOT.right) / 2 ? 'end' : 'start';
  return [
    `<line x1="${x}" x2="${x}" y1="${PLOT.top - 6}" y2="${PLOT.bottom}" stroke="${COLORS.gray}" stroke-dasharray="3 3"/>`,
    drawPoints(
      [{ x: best.epoch, y: best.loss }],
      axes,
      4.5,
      `fill="#ffffff" stroke="${COLORS.ink}" stroke-width="2"`,
    ),
    svgText(position, PLOT.top - 11, bestLabel(best), `text-anchor="${anchor}"`),
  ];
}

/** Every epoch, or evenly chosen ones with the last and the best among them. */
function thinned(history: readonly LossRecord[], bestEpoch: number | undefined): readonly LossRecord[] {
  const step = Math.ceil(history.length / MAX_EPOCHS);
  return history.filter(
    ({ epoch }, index) => index % step === 0 || index === history.length - 1 || epoch === bestEpoch,
  );
}

function findBest(history: readonly LossRecord[], bestEpoch: number | undefined): BestEpoch | undefined {
  const best = history.find(({ epoch }) => epoch === bestEpoch);
  const loss = best?.valLoss ?? best?.loss;
  return best === undefined || loss === undefined || !Number.isFinite(loss)
    ? undefined
    : { epoch: best.epoch, loss };
}

function lossAxis(losses: readonly number[]): AxisSpec {
  const [low, high] = extent(finite(losses, 'loss'));
  if (low > 0 && high / low > LOG_FACTOR) {
    return { title: 'loss (logarithmic)', scale: 'logarithmic', domain: [low / 1.15, high * 1.15] };
  }
  return { title: 'loss', scale: 'linear', domain: [Math.min(0, low), Math.max(0, high)] };
}

/** Losses that are not finite leave gaps; `empty-plot` (input) where none is. */
export function lossPlotSvg(history: readonly LossRecord[], bestEpoch?: number): string {
  const validated = history.some(({ valLoss }) => Number.isFinite(valLoss));
  const y = lossAxis(history.flatMap(({ loss, valLoss = loss }) => [loss, valLoss]));
  const epochs = extent(history.map(({ epoch }) => epoch));
  const best = findBest(history, bestEpoch);
  const drawn = thinned(history, bestEpoch);
  const legend: LegendEntry[] = [
    { label: 'training', color: COLORS.blue, mark: 'line' },
    ...(validated ? [{ label: 'validation', color: COLORS.vermilion, mark: 'line' } as const] : []),
  ];
  const curves = legend.map(({ label }) => label).join(' and ');
  return plotSvg({
    title: 'Loss',
    summary: `The loss of ${curves} over ${counted(history.length, 'epoch')}${best === undefined ? '' : `; ${bestLabel(best)}`}.`,
    x: { title: 'epoch', scale: 'whole', domain: epochs },
    y,
    legend,
    marks: (axes) => [
      // Training on top: it is the smoother one, and hides less.
      ...(validated ? [drawLoss(drawn, 'valLoss', axes, COLORS.vermilion)] : []),
      drawLoss(drawn, 'loss', axes, COLORS.blue),
      ...(best === undefined ? [] : drawBest(best, axes)),
    ],
  });
}
