/** What a search has finished, by what was asked: nothing is trained twice. */

import { sha256 } from '../../core/digest.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Trial, TrialResult } from './trial.ts';

/** Where trials find what was finished before, and leave what they finish. */
export interface SearchMemory {
  /** With the number of the trial that asks. */
  recall(trial: Trial): TrialResult | undefined;
  keep(trial: Trial, result: TrialResult): void;
  close(): void;
}

/** Of what decides a result: not the number, for the same trial may be decided again as another one. */
function keyOf({ number: _, rung: __, ...work }: Trial): string {
  return sha256(canonicalJson(work));
}

/** With what was kept before, by key; `more` is told of what comes on top. */
export function rememberedIn(
  kept: Map<string, TrialResult>,
  more: { keep(key: string, result: TrialResult): void; close(): void },
): SearchMemory {
  return {
    recall(trial) {
      const result = kept.get(keyOf(trial));
      return result && { ...result, number: trial.number };
    },
    keep(trial, result) {
      const key = keyOf(trial);
      more.keep(key, result);
      kept.set(key, result);
    },
    close: more.close,
  };
}

/** Forgets everything with the program. */
export function forgetfulMemory(): SearchMemory {
  return rememberedIn(new Map(), { keep() {}, close() {} });
}
