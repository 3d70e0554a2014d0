/** A model that listens all the time, as the chip does it: readings in, answers and what begins to be heard out. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { Decision } from '../../core/samples/decision.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { createDecider, type Verdict } from '../../data/streams/decider.ts';
import type { Graph } from '../../ir/graph.ts';
import { createScorer, type Scores } from './scorer.ts';

/** How a chip listens. */
export interface Listening {
  /** Rows of the ring from one answer to the next; the first answer comes when the ring is full. */
  readonly every: number;
  readonly decision: Decision;
}

export type Answer = Scores & Verdict;

export interface Listener {
  /** Takes the row of readings at `readings[at …]`; gives an answer where one is due. */
  push(readings: Float32Array, at: number): Answer | undefined;
  reset(): void;
}

function requireDecision({ on, off }: Decision, outputs: number): void {
  if (on.length === outputs && off.length === outputs) return;
  throw inputError(
    'stream-classes',
    `What is to be heard is said of ${counted(on.length, 'output')}, and the model has ${outputs}`,
    'Make the settings again with "tinyml run".',
  );
}

/** Throws `stream-output` (unsupported), `stream-input` and `stream-classes` (input) for a model that does not fit. */
export function createListener(
  graph: Graph,
  preparation: Preparation,
  { every, decision }: Listening,
): Listener {
  const scorer = createScorer(graph, preparation, every, decision.threshold);
  requireDecision(decision, scorer.outputs);
  const decider = createDecider(decision);
  return {
    push(readings, at) {
      const answer = scorer.push(readings, at);
      return answer && { ...answer, ...decider.decide(answer.scores) };
    },
    reset() {
      scorer.reset();
      decider.reset();
    },
  };
}
