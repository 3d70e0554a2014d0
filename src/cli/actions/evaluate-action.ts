/** `tinyml evaluate`: the project's model on its test split, or the project on every fold of its data. */

import { lentDiskStores } from '../../artifacts/lent-stores.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { usageError } from '../../core/errors.ts';
import { crossValidate } from '../../stages/cross-validation.ts';
import { foldThreads } from '../../stages/folds/fold-threads.ts';
import type { StageOutcome } from '../../stages/pipeline.ts';
import { readEvaluation, readPredictions } from '../../stages/stage-reports.ts';
import type { EvaluateJson, FoldsJson } from '../printed-json.ts';
import { renderEvaluation } from '../render/evaluation.ts';
import { renderFolds } from '../render/folds.ts';
import { renderOutcome } from '../render/outcome.ts';
import type { Session } from '../terminal/session.ts';
import { requireModelFile } from '../workspace/model-bytes.ts';
import { openProject } from '../workspace/project.ts';
import { artifactsOf } from '../workspace/read-project.ts';
import { evaluateData } from './evaluate-data.ts';
import { evaluateStream } from './evaluate-stream.ts';
import type { DataFlags } from './given-data.ts';
import { summaryOf } from './stage-action.ts';

/** Options of `tinyml evaluate`. */
export interface EvaluateFlags extends DataFlags {
  readonly input?: string;
  readonly force?: true;
  readonly folds?: number;
  readonly stream?: string;
  readonly events?: string;
}

function details({ artifact }: StageOutcome, store: ArtifactStore, terminal: number | undefined): string {
  const evaluation = readEvaluation(artifact);
  const dataset = store.latest('dataset');
  const predictions = dataset === undefined ? undefined : readPredictions(dataset, artifact, evaluation);
  return renderEvaluation(evaluation, predictions, terminal);
}

async function evaluateProject(session: Session, force: boolean | undefined): Promise<void> {
  const { store, pipeline } = openProject(session);
  const outcome = await pipeline.run('evaluate', {}, { force });
  const summary = summaryOf(session, outcome);
  session.emit<EvaluateJson>(() => renderOutcome(summary, details(outcome, store, session.columns), []), {
    ...summary,
    written: [],
    ...readEvaluation(outcome.artifact),
  });
}

async function evaluateFolds(session: Session, count: number): Promise<void> {
  const { folder, context } = openProject(session);
  const artifacts = artifactsOf(folder);
  const helpers = foldThreads(folder, artifacts);
  const result = await crossValidate(context, count, lentDiskStores(artifacts), helpers);
  session.emit<FoldsJson>(() => renderFolds(result, session.columns), result);
}

/** The project's own data are split, and said to be what they are, by the project file. */
function requireInput(model: string | undefined, flags: DataFlags): void {
  const words = Object.entries({
    MODEL: model,
    '--target': flags.target,
    '--class-from': flags.classFrom,
    '--task': flags.task,
    '--labels': flags.labels,
    '--output': flags.output,
  });
  const [first] = words.find(([, value]) => value !== undefined) ?? [];
  if (first === undefined) return;
  throw usageError(
    'no-input',
    `${first} goes with --input: the data that the model is measured on`,
    'Give a file or a folder with --input.',
  );
}

/** Prints the scores, which nothing is held against: "tinyml check" does that. */
export async function evaluateAction(
  session: Session,
  model: string | undefined,
  { force, folds, input, stream, events, ...data }: EvaluateFlags,
): Promise<void> {
  requireModelFile(session, model);
  if (stream !== undefined) return evaluateStream(session, stream, events);
  if (events !== undefined) {
    throw usageError(
      'no-stream',
      '--events says what is to be heard in a recording',
      'Name it: --stream FILE.',
    );
  }
  if (input !== undefined) return evaluateData(session, model, input, data);
  requireInput(model, data);
  return folds === undefined ? evaluateProject(session, force) : evaluateFolds(session, folds);
}
