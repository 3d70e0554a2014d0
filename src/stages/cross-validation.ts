/** Cross-validation: the project's stages once for every fold, each with other test samples. */

import type { ArtifactStore, LendStore } from '../artifacts/store.ts';
import { interruptedError } from '../core/errors.ts';
import { type Reporter, silentReporter } from '../core/reporter.ts';
import type { AnyEvaluation } from '../models/score/evaluation.ts';
import { type FoldsSummary, summarizeProject } from '../models/score/fold-scores.ts';
import type { Fold } from './dataset/divide.ts';
import { keptOptions, Pipeline, type PipelineContext } from './pipeline.ts';
import { readEvaluation } from './stage-reports.ts';

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

async function evaluateFold(
  project: PipelineContext,
  store: ArtifactStore,
  turn: Fold,
): Promise<AnyEvaluation> {
  const kept = (stage: Parameters<typeof keptOptions>[1]) => keptOptions(project.store, stage);
  const pipeline = new Pipeline({ ...project, store, kept });
  await pipeline.run('dataset', { ...kept('dataset'), fold: turn.fold, folds: turn.folds });
  return readEvaluation((await pipeline.run('evaluate')).artifact);
}

/**
 * Divides all samples of the project's files into `count` folds, and for each of them trains on the others, converts, and
 * evaluates on it. The project's artifacts are read for the options of earlier commands that stay in force, and stay as they
 * are. Throws usage errors where there are too few samples or groups, or the samples are generated ones, and `interrupted`.
 */
export async function crossValidate(
  project: PipelineContext,
  count: number,
  lend: LendStore,
): Promise<FoldsSummary> {
  const { report = silentReporter, signal } = project;
  const warned = new Set<string>();
  const folds: AnyEvaluation[] = [];
  for (let fold = 0; fold < count; fold++) {
    report.step(`fold ${fold + 1} of ${count}`);
    const context = { ...project, report: foldReporter(report, warned) };
    try {
      folds.push(await lend((store) => evaluateFold(context, store, { fold, folds: count })));
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
