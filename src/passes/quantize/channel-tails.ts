/**
 * How far a tensor may go in records that calibration has not seen, told by the peaks of all its channels: each is measured by
 * its own mean and deviation, and all together show how far such peaks go. Of few records, the peaks of many channels are
 * many. Source: the exponential tail over a threshold (Pickands 1975).
 */

import type { ValueId } from '../../ir/graph.ts';
import type { Range } from './parameters.ts';
import type { GroupExtremes, Statistics } from './statistics.ts';
import { widenedRange } from './tail-ranges.ts';

/** Every channel by itself is to stay within for so many times the records that were seen: all together, for fewer. */
const TIMES = 20;
/** Fewer records have no deviation to speak of. */
const LEAST_GROUPS = 4;
/** The share of all peaks that make the tail. */
const TAIL = 0.1;

interface Peaks {
  readonly mean: number;
  readonly deviation: number;
  readonly values: readonly number[];
}

function peaksOf(values: readonly number[]): Peaks {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, deviation: Math.sqrt(variance), values };
}

/** Of every channel the peaks of its records, of those that vary. */
function channelPeaks({ channels, lows, highs }: GroupExtremes, side: 'low' | 'high'): readonly Peaks[] {
  const groups = channels === 0 ? 0 : highs.length / channels;
  return Array.from({ length: channels }, (_, channel) => {
    const all = Array.from({ length: groups }, (_, group) => group * channels + channel);
    const values = all.map((place) => (side === 'high' ? highs[place] : -lows[place]));
    return values.filter(Number.isFinite);
  })
    .filter((values) => values.length >= LEAST_GROUPS)
    .map(peaksOf)
    .filter(({ deviation }) => deviation > 0);
}

/** How many deviations above its mean a peak goes that one in `rarity` of them exceeds. */
function tailLevel(peaks: readonly Peaks[], rarity: number): number {
  const standard = peaks
    .flatMap(({ mean, deviation, values }) => values.map((value) => (value - mean) / deviation))
    .sort((a, b) => b - a);
  const count = Math.max(1, Math.round(TAIL * standard.length));
  const threshold = standard[Math.min(count, standard.length - 1)];
  const excess = standard.slice(0, count).reduce((sum, value) => sum + value - threshold, 0) / count;
  const share = count / standard.length;
  return threshold + excess * Math.max(0, Math.log(rarity * share));
}

function levelOf(groups: GroupExtremes, side: 'low' | 'high'): number {
  const peaks = channelPeaks(groups, side);
  if (peaks.length === 0) return -Infinity;
  const records = Math.max(...peaks.map(({ values }) => values.length));
  const level = tailLevel(peaks, records * TIMES);
  return peaks.reduce((most, { mean, deviation }) => Math.max(most, mean + level * deviation), -Infinity);
}

/** By the peaks of every channel; as wide as `widenedRange` allows. */
export function channelTailRange(statistics: Statistics, id: ValueId): Range {
  return widenedRange(statistics, id, levelOf);
}
