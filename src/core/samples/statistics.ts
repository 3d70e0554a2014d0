/** What windows of readings are like, channel by channel: vibration and motion as a few numbers. */

import { counted } from '../figure-text.ts';
import { formatShape, type Shape } from '../tensor.ts';
import { MAX_WINDOW } from './spectrum.ts';

export const MEASURES = [
  'mean',
  'rms',
  'deviation',
  'skewness',
  'kurtosis',
  'crest',
  'peak-to-peak',
  'minimum',
  'maximum',
  'zero-crossings',
  'mean-crossings',
] as const;
export type Measure = (typeof MEASURES)[number];

export const POWER_MEASURES = ['skewness', 'kurtosis'] as const;
export type PowerMeasure = (typeof POWER_MEASURES)[number];

/**
 * Samples [length, channels] become [frames, channels · numbers]: of every channel its measures in the order in which they are
 * listed, then those of its power, then its bands. Frame f reads the `window` rows from f · `hop` on, and only whole windows are
 * read. All is float32, every step rounded:
 *
 * - m, the mean of x − x₀ in order; `mean` x₀ + m; distances d = (x − x₀) − m. So windows of one value have distances of 0.
 * - `deviation` √(Σd² / n); with z = d / deviation `skewness` Σz³ / n and `kurtosis` Σz⁴ / n − 3, which is 0 of normal noise; 0 where
 *   the deviation is 0.
 * - `rms` √(Σx² / n); `crest` the largest |x| / rms, 0 where the rms is 0.
 * - `zero-crossings` and `mean-crossings`: in how many of the readings x or d is above 0 where it was not before, or is not
 *   where it was; as a part of n.
 *
 * Where a channel has what is no number, or Σd² is none that float32 holds, all its numbers are none.
 */
export interface Statistics {
  readonly window: number;
  readonly hop: number;
  readonly measures: readonly Measure[];
  readonly power?: WindowPower | undefined;
}

/**
 * |Fourier transform|² / points of the distances d of a window, in frames of `points`, `hop` apart, which do not fade in and out. Of
 * each frequency from 0 to half the rate the `maximum` of all frames, zeros behind the end of the window; or the `mean` of those
 * that the window holds in full (of the first one, if of none).
 */
export interface WindowPower {
  readonly points: number;
  readonly hop: number;
  readonly hold: (typeof HOLDS)[number];
  /** Of these numbers, over the frequencies, computed as those of readings are. */
  readonly measures: readonly PowerMeasure[];
  /** Band b is the sum of the frequencies from edge b to before edge b + 1, in steps of rate / points. */
  readonly edges: readonly number[];
  /** scale · ln x of bands; of those that are 0 that of `zero`. */
  readonly logarithm?: { readonly scale: number; readonly zero: number } | undefined;
}

export const HOLDS = ['maximum', 'mean'] as const;

/** Readings that all windows of one sample read: a fraction of a second of work. */
const MAX_READ = 2 ** 24;

/** Frames of which the power is held. */
export function powerFrames(window: number, { points, hop, hold }: WindowPower): number {
  return hold === 'maximum' ? Math.ceil(window / hop) : Math.max(1, Math.floor((window - points) / hop) + 1);
}

/** Numbers of one channel. */
export function numbersOf({ measures, power }: Statistics): number {
  return measures.length + (power === undefined ? 0 : power.measures.length + power.edges.length - 1);
}

/** Of a sample that has `shape`, which `statisticsMisfit` has nothing against. */
export function statisticsShape(
  statistics: Statistics,
  [length, channels]: Shape,
): readonly [number, number] {
  return [Math.floor((length - statistics.window) / statistics.hop) + 1, channels * numbersOf(statistics)];
}

/** Why it does not fit samples of this shape, as the end of a sentence; undefined where it does. */
export function statisticsMisfit(statistics: Statistics, shape: Shape): string | undefined {
  const { window, hop, power } = statistics;
  if (shape.length !== 2)
    return `takes samples of shape [length, channels], and these have ${formatShape(shape)}`;
  if (window > MAX_WINDOW)
    return `reads windows of ${counted(window, 'row')}, and ${MAX_WINDOW} are the most`;
  if (shape[0] < window) return `reads windows of ${counted(window, 'row')}, and a sample has ${shape[0]}`;
  const numbers = numbersOf(statistics);
  if (numbers > hop)
    return `makes ${counted(numbers, 'number')} of each channel every ${counted(hop, 'row')}: more than it reads`;
  const frames = power === undefined ? 1 : powerFrames(window, power);
  const read =
    statisticsShape(statistics, shape)[0] * shape[1] * Math.max(window, frames * (power?.points ?? 0));
  if (read > MAX_READ)
    return `reads ${counted(read, 'value')} in all windows of a sample, and ${MAX_READ} are the most`;
  const empty = power?.edges.findIndex((edge, i) => i > 0 && edge <= power.edges[i - 1]) ?? -1;
  if (power === undefined || empty < 0) return undefined;
  return `has nothing in band ${empty} of ${power.edges.length - 1}: it lies between two frequencies of a transform of ${counted(power.points, 'point')}`;
}
