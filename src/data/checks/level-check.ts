/** Recordings of which the loudness alone says whose they are. */

import { nameOfClass } from '../splits/class-name.ts';
import { bucketsOf } from '../splits/parts.ts';
import { type Finding, figure } from './finding.ts';

const RATIO = 4;
const LEAST_SAMPLES = 5;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * `levels`: the RMS of every sample. `by`: what `keyOf` numbers, in words: `class`, `speaker`. Silent samples do not count;
 * neither do fewer than five of a kind.
 */
export function checkLevels(
  levels: ArrayLike<number>,
  by: string,
  keyOf: ArrayLike<number>,
  names?: readonly string[],
): readonly Finding[] {
  const medians = bucketsOf(levels.length, keyOf).flatMap((samples) => {
    const loud = samples.map((sample) => levels[sample]).filter((level) => level > 0);
    return loud.length < LEAST_SAMPLES ? [] : [{ key: keyOf[samples[0]], level: median(loud) }];
  });
  if (medians.length < 2) return [];
  const quietest = medians.reduce((a, b) => (b.level < a.level ? b : a));
  const loudest = medians.reduce((a, b) => (b.level > a.level ? b : a));
  const ratio = loudest.level / quietest.level;
  if (ratio < RATIO) return [];
  return [
    {
      check: 'level-leak',
      sentence: `The level tells the ${by}: samples of ${nameOfClass(loudest.key, names)} have a median RMS of ${figure(loudest.level)}, ${figure(ratio)} times that of ${nameOfClass(quietest.key, names)} (${figure(quietest.level)}); prepare them with "level" unless loudness is what you mean.`,
    },
  ];
}
