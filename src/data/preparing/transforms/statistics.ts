import * as z from 'zod';
import { MAX_WINDOW } from '../../../core/samples/spectrum.ts';
import {
  HOLDS,
  MEASURES,
  type Measure,
  numbersOf,
  POWER_MEASURES,
  type Statistics,
  statisticsMisfit,
  type WindowPower,
} from '../../../core/samples/statistics.ts';
import { float32 } from './channel-values.ts';
import { type PowerLoop, powerLoop } from './held-power.ts';
import { distanceFrom, type Moments, noMoments, takeForm, takeSpread } from './moments.ts';
import { LEAST_FLOOR, naturalLogarithm } from './natural-logarithm.ts';
import type { RowRule } from './transform.ts';

const f = Math.fround;

const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length;

const power = z
  .strictObject({
    points: z
      .int()
      .min(8)
      .max(MAX_WINDOW)
      .refine((points) => (points & (points - 1)) === 0, { error: 'must be a power of two' }),
    hop: z.int().positive(),
    hold: z.enum(HOLDS),
    measures: z.array(z.enum(POWER_MEASURES)).refine(distinct, { error: 'must differ' }),
    edges: z
      .array(z.int().nonnegative())
      .min(2)
      .max(MAX_WINDOW / 2 + 2),
    logarithm: z
      .strictObject({
        scale: float32,
        zero: float32.refine((zero) => zero >= LEAST_FLOOR, { error: 'must be 2^-126 or more' }),
      })
      .optional(),
  })
  .refine(({ edges, points }) => edges[edges.length - 1] <= points / 2 + 1, {
    error: 'no band may end above half the points of the transform',
  });

type Found = Record<Measure, number>;

/** Of a channel whose spread is known. */
function takeMeasures(
  from: Float32Array,
  at: number,
  count: number,
  stride: number,
  moments: Moments,
  found: Found,
): void {
  let [least, most, peak, squares, crossings, meanCrossings] = [from[at], from[at], 0, 0, 0, 0];
  let [wasAbove, wasAboveMean] = [least > 0, distanceFrom(moments, least) > 0];
  for (let i = at; i < at + count * stride; i += stride) {
    const value = from[i];
    const [isAbove, isAboveMean] = [value > 0, distanceFrom(moments, value) > 0];
    if (value < least) least = value;
    if (value > most) most = value;
    if (Math.abs(value) > peak) peak = Math.abs(value);
    squares = f(squares + f(value * value));
    if (isAbove !== wasAbove) crossings++;
    if (isAboveMean !== wasAboveMean) meanCrossings++;
    wasAbove = isAbove;
    wasAboveMean = isAboveMean;
  }
  const rms = f(Math.sqrt(f(squares / count)));
  found.mean = f(moments.first + moments.mean);
  found.rms = rms;
  found.deviation = moments.deviation;
  found.skewness = moments.skewness;
  found.kurtosis = moments.kurtosis;
  found.crest = rms === 0 ? 0 : f(peak / rms);
  found['peak-to-peak'] = f(most - least);
  found.minimum = least;
  found.maximum = most;
  found['zero-crossings'] = f(crossings / count);
  found['mean-crossings'] = f(meanCrossings / count);
}

/** Puts the numbers of a channel at `made[place …]`. */
type ChannelLoop = (
  from: Float32Array,
  at: number,
  stride: number,
  made: Float32Array,
  place: number,
) => void;

function bandValue(sum: number, { logarithm }: WindowPower): number {
  if (logarithm === undefined || Number.isNaN(sum)) return sum;
  const least = sum > LEAST_FLOOR ? sum : LEAST_FLOOR;
  return f(logarithm.scale * naturalLogarithm(sum > 0 ? least : logarithm.zero));
}

function putPower(
  power: WindowPower,
  { held }: PowerLoop,
  moments: Moments,
  made: Float32Array,
  start: number,
): void {
  let place = start;
  if (power.measures.length > 0) {
    takeSpread(held, 0, held.length, 1, moments);
    takeForm(held, 0, held.length, 1, moments);
    for (const measure of power.measures) made[place++] = moments[measure];
  }
  for (let band = 0; band + 1 < power.edges.length; band++) {
    let sum = 0;
    for (let k = power.edges[band]; k < power.edges[band + 1]; k++) sum = f(sum + held[k]);
    made[place++] = bandValue(sum, power);
  }
}

function channelLoop(statistics: Statistics): ChannelLoop {
  const { window, measures, power } = statistics;
  const moments = noMoments();
  const found = Object.fromEntries(MEASURES.map((name) => [name, 0])) as Found;
  const numbers = numbersOf(statistics);
  const loop = power === undefined ? undefined : powerLoop(window, power);
  return (from, at, stride, made, place) => {
    takeSpread(from, at, window, stride, moments);
    if (moments.deviation - moments.deviation !== 0) {
      made.fill(Number.NaN, place, place + numbers);
      return;
    }
    takeForm(from, at, window, stride, moments);
    takeMeasures(from, at, window, stride, moments, found);
    for (const [i, measure] of measures.entries()) made[place + i] = found[measure];
    if (power === undefined || loop === undefined) return;
    loop.take(from, at, stride, moments);
    putPower(power, loop, moments, made, place + measures.length);
  };
}

export const statistics: RowRule<'statistics'> = {
  parameters: z
    .strictObject({
      window: z.int().min(2).max(MAX_WINDOW),
      hop: z.int().positive(),
      measures: z.array(z.enum(MEASURES)).refine(distinct, { error: 'must differ' }),
      power: power.optional(),
    })
    .refine(({ measures, power }) => measures.length > 0 || power !== undefined, {
      error: 'wants "measures" or "power"',
    }),
  misfit: statisticsMisfit,
  rows(parameters, [, channels]) {
    const numbers = numbersOf(parameters);
    const made = new Float32Array(channels * numbers);
    const loop = channelLoop(parameters);
    return {
      compute(from, at, into, to) {
        for (let channel = 0; channel < channels; channel++) {
          loop(from, at + channel, channels, made, channel * numbers);
        }
        into.set(made, to);
      },
    };
  },
};
