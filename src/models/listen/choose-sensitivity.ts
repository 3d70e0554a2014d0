/** Settings of what follows an autoencoder, chosen on a recording of what is normal alone: there is nothing to miss in it. */

import { MOST_SCORE } from '../../core/samples/anomaly-score.ts';
import type { Decision } from '../../core/samples/decision.ts';
import { type Chosen, SMOOTHINGS, type Wanted } from './choose-decision.ts';
import { eventsOf, judgeEvents } from './judge-events.ts';
import type { ScoreTrack } from './replay.ts';

/** Of the threshold: noise about it is heard once. */
const RELEASE = 0.8;
/** Minutes of what is normal do not hold the worst of an hour. */
const MARGIN = 1.1;

/** What there is to know besides what others want to. */
export interface SensitivityWanted extends Omit<Wanted, 'silent'> {
  readonly answersPerSample: number;
  /** Of a `Decision`. */
  readonly threshold: number;
}

function decisionAt(level: number, smoothing: number, gap: number, threshold: number): Decision {
  const on = level * smoothing;
  return { smoothing, on: [on], off: [Math.ceil(RELEASE * on)], gap, threshold };
}

/** The least mean score of an answer with which there are few enough false alarms, as with all that are above. */
function leastLevel(track: ScoreTrack, smoothing: number, gap: number, most: number): number {
  for (let level = MOST_SCORE; level > 1; level--) {
    const lower = decisionAt(level - 1, smoothing, gap, 0);
    if (eventsOf(track, lower).length > most) return level;
  }
  return 1;
}

/**
 * The more answers are added up, the nearer to normal is what is noticed, and the later: as many as a sample has at most, which is
 * how long anything takes to be in it as a whole. The most sensitive of these, of equals the one that smooths less.
 */
export function chooseSensitivity(
  track: ScoreTrack,
  { stretches, patience, falseAlarms, gap, answersPerSample, threshold }: SensitivityWanted,
): Chosen {
  const levels = SMOOTHINGS.filter((smoothing) => smoothing <= answersPerSample).map((smoothing) => ({
    smoothing,
    level: leastLevel(track, smoothing, gap, falseAlarms),
  }));
  const best = levels.reduce((least, one) => (one.level < least.level ? one : least));
  const level = Math.min(MOST_SCORE, Math.ceil(MARGIN * best.level));
  const decision = decisionAt(level, best.smoothing, gap, threshold);
  return { decision, tally: judgeEvents(eventsOf(track, decision), stretches, 1, patience) };
}
