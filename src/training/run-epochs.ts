/**
 * The training loop that all engines share: learning rates, sample order, the best weights, and when to stop.
 * An engine supplies a session that can train one epoch.
 */

import { inputError } from '../core/errors.ts';
import type { NamedWeight } from '../core/float-model.ts';
import { nextTurn } from '../core/next-turn.ts';
import { checkClassification } from './check-classification.ts';
import {
  type BestEpoch,
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  type Patience,
  type SessionState,
} from './checkpoint.ts';
import type { Recipe } from './recipe.ts';
import { checkSamples } from './samples/check-samples.ts';
import { type SampleJob, type SampleStream, trainingSamples } from './samples/sample-stream.ts';
import { standardTargets } from './samples/standard-targets.ts';
import { learningRateAt } from './schedule.ts';
import type { EpochRecord, TrainingHooks, TrainingJob, TrainingProgress, TrainingResult } from './trainer.ts';

/** Loss and metrics of one pass over the samples: means over all elements. */
export interface Scores {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A model in training inside an engine. */
export interface TrainingSession {
  /** One pass over the training samples as they come; the scores are those seen on the way. */
  trainEpoch(samples: SampleStream, learningRate: number): Promise<Scores>;
  /** Scores over the validation samples with the present weights. */
  validate(): Scores | Promise<Scores>;
  /** All that the next epoch depends on, and the way back to it; absent where the engine cannot tell. */
  state?(): SessionState;
  restore?(state: SessionState): void;
  /** A copy of the present weights, in the order of the layers. */
  weights(): NamedWeight[];
  /** Frees what the engine holds. */
  dispose(): void;
}

function checkFinite(epoch: number, ...losses: readonly number[]): void {
  const bad = losses.find((loss) => !Number.isFinite(loss));
  if (bad === undefined) return;
  throw inputError(
    'training-diverged',
    `Training diverged in epoch ${epoch}: the loss is ${Number.isNaN(bad) ? 'not a number' : 'infinite'}.`,
    'Lower "learningRate" (a tenth is a good next try), and check that the data has no missing or huge values.',
  );
}

const IMPATIENT: Patience = { reference: Number.POSITIVE_INFINITY, since: 0 };

/** Counts epochs since the validation loss last fell by more than `minDelta`. */
function lasting({ reference, since }: Patience, valLoss: number, minDelta: number): Patience {
  return valLoss < reference - minDelta ? { reference: valLoss, since: 0 } : { reference, since: since + 1 };
}

/** Saving takes a twentieth of the time at most, and happens once a second at most. */
const SAVE_MS = 1000;
const SAVE_SHARE = 20;

/** Saves when it is time, or at once. Which epochs are saved depends on the clock; what comes of them does not. */
function createSaver(progress: TrainingProgress | undefined, session: TrainingSession) {
  let due = performance.now() + SAVE_MS;
  return (checkpoint: Omit<Checkpoint, 'session'>, now: boolean): void => {
    const started = performance.now();
    if (progress === undefined || session.state === undefined || !(now || started >= due)) return;
    progress.save(encodeCheckpoint({ ...checkpoint, session: session.state() }));
    const ended = performance.now();
    due = ended + Math.max(SAVE_MS, SAVE_SHARE * (ended - started));
  };
}

/** What was saved of this job, if anything, with the session taken there. */
function resume(session: TrainingSession, { progress, onResume }: TrainingHooks): Checkpoint | undefined {
  const saved = session.restore === undefined ? undefined : progress?.load();
  if (saved === undefined) return undefined;
  const checkpoint = decodeCheckpoint(saved);
  session.restore?.(checkpoint.session);
  onResume?.(checkpoint.history.length);
  return checkpoint;
}

/** What the loop needs to know of what is trained. */
export interface EpochJob extends SampleJob {
  readonly recipe: Omit<Recipe, 'targets'>;
  /** The first epoch whose weights may be the result; early stopping waits for it too. 1 where absent. */
  readonly settledFrom?: number | undefined;
}

export interface EpochOutcome extends Omit<TrainingResult, 'engine' | 'model'> {
  /** Those of `bestEpoch`. */
  readonly weights: readonly NamedWeight[];
}

/** Trains until the recipe, early stopping or the signal ends it; at least one epoch runs. */
export async function runSession(
  job: EpochJob,
  hooks: TrainingHooks,
  session: TrainingSession,
): Promise<EpochOutcome> {
  const { recipe, settledFrom = 1 } = job;
  const samplesOf = trainingSamples(job);
  const before = resume(session, hooks);
  const save = createSaver(hooks.progress, session);
  const history: EpochRecord[] = [...(before?.history ?? [])];
  let patience = before?.patience ?? IMPATIENT;
  let best: BestEpoch = before?.best ?? { epoch: 0, valLoss: Infinity, weights: [] };
  let stoppedBy: TrainingResult['stoppedBy'] = 'epochs';

  for (let epoch = history.length + 1; epoch <= recipe.epochs; epoch++) {
    const learningRate = learningRateAt(recipe, epoch);
    const trained = await session.trainEpoch(samplesOf(epoch), learningRate);
    const validated = await session.validate();
    checkFinite(epoch, trained.loss, validated.loss);
    const record: EpochRecord = {
      epoch,
      learningRate,
      loss: trained.loss,
      metrics: trained.metrics,
      valLoss: validated.loss,
      valMetrics: validated.metrics,
    };
    history.push(record);
    const isSettled = epoch >= Math.min(settledFrom, recipe.epochs);
    if (isSettled && record.valLoss < best.valLoss)
      best = { epoch, valLoss: record.valLoss, weights: session.weights() };
    hooks.onEpoch(record, recipe.epochs);
    // Signals and timers are served between epochs only.
    await nextTurn();
    if (epoch === recipe.epochs) break;
    const { earlyStopping } = recipe;
    if (earlyStopping !== undefined && isSettled)
      patience = lasting(patience, record.valLoss, earlyStopping.minDelta);
    if (earlyStopping !== undefined && patience.since >= earlyStopping.patience) stoppedBy = 'early-stopping';
    else {
      if (hooks.signal.aborted) stoppedBy = 'interrupt';
      save({ history, best, patience }, hooks.signal.aborted);
    }
    if (stoppedBy !== 'epochs') break;
  }
  // Stopped before any epoch counted.
  if (best.epoch === 0)
    best = {
      epoch: history.length,
      valLoss: history[history.length - 1].valLoss,
      weights: session.weights(),
    };
  return { weights: best.weights, history, bestEpoch: best.epoch, stoppedBy };
}

/**
 * Trains until the recipe, early stopping or the signal ends it; at least one epoch runs. `open` gets the job that the engine
 * trains, whose targets may be scaled.
 */
export async function runEpochs(
  job: TrainingJob,
  hooks: TrainingHooks,
  open: (job: TrainingJob) => Promise<TrainingSession>,
): Promise<Omit<TrainingResult, 'engine'>> {
  checkSamples(job);
  checkClassification(job);
  const standard = standardTargets(job);
  const given = standard?.job ?? job;
  const session = await open(given);
  try {
    const { weights, ...outcome } = await runSession(given, hooks, session);
    const model = { topology: given.topology, weights };
    return { ...outcome, model: standard === undefined ? model : standard.inTargetUnits(model) };
  } finally {
    session.dispose();
  }
}
