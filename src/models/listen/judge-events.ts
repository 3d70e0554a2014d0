/** What was heard along a recording, against what was to be heard. */

import type { Decision } from '../../core/samples/decision.ts';
import { createDecider } from '../../data/streams/decider.ts';
import type { ScoreTrack, Stretch } from './replay.ts';

/** An output that began to be heard. */
export interface HeardEvent {
  /** Rows of readings up to the answer that said so. */
  readonly readings: number;
  readonly output: number;
}

export function eventsOf({ readings, scores }: ScoreTrack, decision: Decision): readonly HeardEvent[] {
  const decider = createDecider(decision);
  return scores.flatMap((own, answer) => {
    const { begins } = decider.decide(own);
    return begins === undefined ? [] : [{ readings: readings[answer], output: begins }];
  });
}

/** How often a class was heard, of the stretches in which it was to be. */
export interface Hits {
  readonly heard: number;
  readonly of: number;
}

export interface Tally {
  /** By output. */
  readonly hits: readonly Hits[];
  /** What was heard where nothing was to be heard. */
  readonly falseAlarms: number;
  /** What was heard where something else was to be heard. */
  readonly confusions: number;
  /** What was heard again in its stretch. */
  readonly repeats: number;
  /** Stretches in which what was to be heard was not. */
  readonly misses: number;
  /** Mean rows of readings from the beginning of a stretch to its event; 0 where nothing was heard. */
  readonly delay: number;
}

/**
 * An event is a hit in a stretch of its output, and for `patience` rows behind its end, since a window reaches back so far.
 * Further ones in the same stretch are neither hits nor false alarms: who walks for a minute may be heard twice.
 */
export function judgeEvents(
  events: readonly HeardEvent[],
  stretches: readonly Stretch[],
  outputs: number,
  patience: number,
): Tally {
  const heardIn = new Map<Stretch, number>();
  let [falseAlarms, confusions, repeats] = [0, 0, 0];
  // Stretches and events are both in order: the first stretch that an event may still belong to only moves on.
  let first = 0;
  for (const { readings, output } of events) {
    while (first < stretches.length && stretches[first].start + stretches[first].rows + patience < readings)
      first++;
    let own: Stretch | undefined;
    let isOther = false;
    for (let i = first; i < stretches.length && stretches[i].start < readings; i++) {
      if (stretches[i].output === output) own = stretches[i];
      else if (stretches[i].output !== undefined) isOther = true;
    }
    if (own === undefined && isOther) confusions++;
    else if (own === undefined) falseAlarms++;
    else if (heardIn.has(own)) repeats++;
    else heardIn.set(own, readings - own.start);
  }
  const wanted = stretches.filter((stretch) => stretch.output !== undefined);
  const delays = [...heardIn.values()];
  return {
    hits: Array.from({ length: outputs }, (_, output) => {
      const own = wanted.filter((stretch) => stretch.output === output);
      return { heard: own.filter((stretch) => heardIn.has(stretch)).length, of: own.length };
    }),
    falseAlarms,
    confusions,
    repeats,
    misses: wanted.length - heardIn.size,
    delay: delays.length === 0 ? 0 : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
  };
}

/** Rows in which nothing is to be heard. */
export function backgroundRows(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { rows, output }) => sum + (output === undefined ? rows : 0), 0);
}
