/** One fold of a cross-validation, by whoever has a store for it. */

import type { ArtifactStore } from '../../artifacts/store.ts';
import type { AnyEvaluation } from '../../models/score/evaluation.ts';
import type { ProjectConfig } from '../config.ts';
import type { Fold } from '../dataset/divide.ts';
import { keptOptions, type Overrides, Pipeline, type PipelineContext } from '../pipeline.ts';
import { STAGE_NAMES, type StageName } from '../stage.ts';
import { readEvaluation } from '../stage-reports.ts';

/** Options of earlier commands that stay in force, by stage. */
export type KeptOptions = Readonly<Record<StageName, Overrides>>;

/** What a fold is made of: plain data, which goes to other threads. */
export interface FoldTask {
  readonly config: ProjectConfig;
  readonly kept: KeptOptions;
  readonly turn: Fold;
}

/** Where folds are evaluated side by side; `foldThreads` makes threads of Node. */
export interface FoldHelpers {
  /** At a time. */
  readonly slots: number;
  /**
   * What `evaluateFold` gives; undefined where a helper was lost over it. `warn` hears its warnings. Rejects with what the stages
   * throw, and where the signal ends it.
   */
  evaluate(
    task: FoldTask,
    signal: AbortSignal | undefined,
    warn: (message: string) => void,
  ): Promise<AnyEvaluation | undefined>;
}

/** Those that the project's own artifacts were made with. */
export function projectOptions(store: ArtifactStore): KeptOptions {
  return Object.fromEntries(STAGE_NAMES.map((stage) => [stage, keptOptions(store, stage)])) as KeptOptions;
}

/** Runs the stages in a store that nobody else uses. */
export async function evaluateFold(
  { config, kept, turn }: FoldTask,
  context: Omit<PipelineContext, 'config' | 'kept'>,
): Promise<AnyEvaluation> {
  const pipeline = new Pipeline({ ...context, config, kept: (stage) => kept[stage] });
  await pipeline.run('dataset', { ...kept.dataset, fold: turn.fold, folds: turn.folds });
  return readEvaluation((await pipeline.run('evaluate')).artifact);
}
