/** Where trials run: in this thread, on other threads of this machine, or wherever a queue has workers. */

import { runTrial, type TrialContext } from './run-trial.ts';
import type { Trial, TrialResult } from './trial.ts';
import { trialStores } from './trial-stores.ts';

/** Runs trials. What a trial gives depends on the trial alone, so the search is the same on every runner. */
export interface TrialRunner {
  /** How many trials it can use at a time; more than these wait inside it. */
  readonly slots: number;
  /**
   * Resolves with the findings, also where a trial fails by its own fault. Rejects with an `interrupted` error where it
   * was stopped, and with what is no trial's fault: then the search ends, and keeps what it has.
   */
  run(trial: Trial): Promise<TrialResult>;
  /** Ends what still runs. Resolves when nothing is left of it. */
  close(): Promise<void>;
}

/** One trial after another, in this thread. */
export function localRunner(context: TrialContext): TrialRunner {
  const storeFor = trialStores();
  let last: Promise<unknown> = Promise.resolve();
  return {
    slots: 1,
    run(trial) {
      const result = last.then(() => runTrial(trial, storeFor(trial), context));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
    },
  };
}
