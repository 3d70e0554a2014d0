/** Settings of what follows the network, chosen on a recording of which is known what is to be heard. */

import type { Decision } from '../../core/samples/decision.ts';
import { eventsOf, judgeEvents, type Tally } from './judge-events.ts';
import type { ScoreTrack, Stretch } from './replay.ts';

/** Answers that may be added up. */
export const SMOOTHINGS = [1, 2, 3, 4, 6, 8, 12];
/** Of the largest score that an answer can have. */
const THRESHOLDS = Array.from({ length: 15 }, (_, i) => 0.25 + 0.05 * i);
/** Of the threshold. */
const RELEASES = [0.5, 0.8];
/** Steps of int8. */
const LARGEST_SCORE = 255;

export interface Wanted {
  readonly stretches: readonly Stretch[];
  /** Rows of readings that an event may be late. */
  readonly patience: number;
  /** Outputs that are never heard. */
  readonly silent: ReadonlySet<number>;
  /** The most false alarms along the recording. */
  readonly falseAlarms: number;
  /** Answers between two beginnings. */
  readonly gap: number;
}

export interface Chosen {
  readonly decision: Decision;
  readonly tally: Tally;
}

function decisionOf(
  smoothing: number,
  threshold: number,
  release: number,
  outputs: number,
  { silent, gap }: Wanted,
): Decision {
  const on = Math.ceil(threshold * smoothing * LARGEST_SCORE);
  const of = (value: number): number[] =>
    Array.from({ length: outputs }, (_, output) => (silent.has(output) ? 0 : value));
  return { smoothing, on: of(on), off: of(Math.ceil(release * on)), gap };
}

/** Below 0 where `a` is better: few enough false alarms, few misses and confusions, few false alarms, little heard twice, soon heard. */
function compare(a: Tally, b: Tally, most: number): number {
  const tooMany = ({ falseAlarms }: Tally): number => Math.max(0, falseAlarms - most);
  return (
    tooMany(a) - tooMany(b) ||
    a.misses + a.confusions - (b.misses + b.confusions) ||
    a.falseAlarms - b.falseAlarms ||
    a.repeats - b.repeats ||
    a.delay - b.delay
  );
}

/** The best of a grid; of equals the one that smooths less, and of these the one with the middle threshold. */
export function chooseDecision(track: ScoreTrack, wanted: Wanted): Chosen {
  const { stretches, patience, falseAlarms } = wanted;
  let best: Chosen[] = [];
  for (const smoothing of SMOOTHINGS) {
    for (const threshold of THRESHOLDS) {
      for (const release of RELEASES) {
        const decision = decisionOf(smoothing, threshold, release, track.outputs, wanted);
        const tally = judgeEvents(eventsOf(track, decision), stretches, track.outputs, patience);
        const order = best.length === 0 ? -1 : compare(tally, best[0].tally, falseAlarms);
        if (order < 0) best = [];
        if (order <= 0) best.push({ decision, tally });
      }
    }
  }
  const alike = best.filter(({ decision }) => decision.smoothing === best[0].decision.smoothing);
  return alike[Math.floor(alike.length / 2)];
}
