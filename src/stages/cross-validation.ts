/** Cross-validation: the project's stages once for every fold, each with other test samples. */

import type { LendStore } from '../artifacts/store.ts';
import { interruptedError } from '../core/errors.ts';
import { type Reporter, silentReporter } from '../core/reporter.ts';
import type { AnyEvaluation } from '../models/score/evaluation.ts';
import { type FoldsSummary, summarizeProject } from '../models/score/fold-scores.ts';
import { evaluateFold, type FoldHelpers, type FoldTask, projectOptions } from './folds/evaluate-fold.ts';
import type { PipelineContext } from './pipeline.ts';

/** Stages of folds say what is the same in each only once, and their progress alone. */
function foldReporter(report: Reporter, warned: Set<string>): Reporter {
  return {
    ...silentReporter,
    progress: (done, total, detail) => report.progress(done, total, detail),
    warn(message) {
      if (!warned.has(message)) report.warn(message);
      warned.add(message);
    },
  };
}

/** What came of each fold; undefined of one that is still to be done. */
type Outcome = { readonly evaluation: AnyEvaluation } | { readonly error: unknown } | undefined;

/** Folds begin in their order, and none behind one that failed: which failure is the first does not depend on who is fast. */
async function sideBySide(
  tasks: readonly FoldTask[],
  { slots, evaluate }: FoldHelpers,
  report: Reporter,
  signal: AbortSignal | undefined,
): Promise<readonly Outcome[]> {
  const outcomes = new Array<Outcome>(tasks.length).fill(undefined);
  let [next, done, goesOn] = [0, 0, true];
  const help = async (): Promise<void> => {
    while (goesOn && next < tasks.length) {
      const place = next++;
      try {
        const evaluation = await evaluate(tasks[place], signal, report.warn);
        // A helper that was lost may be lost again.
        if (evaluation === undefined) goesOn = false;
        else outcomes[place] = { evaluation };
      } catch (error) {
        outcomes[place] = { error };
        goesOn = false;
      }
      if (goesOn) report.progress(++done, tasks.length, 'folds');
    }
  };
  await Promise.all(Array.from({ length: Math.min(slots, tasks.length) }, help));
  return outcomes;
}

/**
 * Divides all samples of the project's files into `count` folds, and for each of them trains on the others, converts, and
 * evaluates on it: with `helpers` side by side, where there are several, with the same figures. The project's artifacts are read
 * for the options of earlier commands that stay in force, and stay as they are. Throws usage errors where there are too few samples
 * or groups, or the samples are generated ones, and `interrupted`.
 */
export async function crossValidate(
  project: PipelineContext,
  count: number,
  lend: LendStore,
  helpers?: FoldHelpers,
): Promise<FoldsSummary> {
  const { report: spoken = silentReporter, signal, config, store: own, ...context } = project;
  const report = foldReporter(spoken, new Set());
  const kept = projectOptions(own);
  const tasks = Array.from(
    { length: count },
    (_, fold): FoldTask => ({
      ...{ config, kept },
      turn: { fold, folds: count },
    }),
  );
  const alone = (task: FoldTask): Promise<AnyEvaluation> =>
    lend((store) => evaluateFold(task, { ...context, store, report, signal }));
  const outcomes =
    helpers === undefined || helpers.slots === 1 ? [] : await sideBySide(tasks, helpers, report, signal);
  const folds: AnyEvaluation[] = [];
  for (const [fold, task] of tasks.entries()) {
    const outcome = outcomes[fold];
    try {
      if (outcome !== undefined && 'error' in outcome) throw outcome.error;
      if (outcome === undefined) spoken.step(`fold ${fold + 1} of ${count}`);
      folds.push(outcome?.evaluation ?? (await alone(task)));
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      throw interruptedError(
        'interrupted',
        `Stopped in fold ${fold + 1} of ${count}; of a cross-validation nothing is kept`,
        undefined,
        error,
      );
    }
  }
  return summarizeProject(folds);
}
