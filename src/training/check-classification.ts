/** Refuses classifications whose numbers would mean nothing: cross-entropies and scores need probabilities and classes. */

import { inputError, withErrorContext } from '../core/errors.ts';
import { headsOf } from './heads.ts';
import { outputActivation } from './output-activation.ts';
import type { Recipe } from './recipe.ts';
import { columnRows } from './samples/column-rows.ts';
import { forEachBlock, type SampleRows } from './samples/sample-rows.ts';
import { targetsOf } from './samples/sample-stream.ts';
import type { LabelledSamples, TrainingJob } from './trainer.ts';

/** The first target that is no probability. */
/** Counts: "find" would be handed an object for every number. */
function firstImprobable(values: Float32Array): number | undefined {
  for (let i = 0; i < values.length; i++) if (!(values[i] >= 0 && values[i] <= 1)) return values[i];
  return undefined;
}

function improbableIn(targets: SampleRows): number | undefined {
  let bad: number | undefined;
  forEachBlock(targets, (values) => {
    bad ??= firstImprobable(values);
  });
  return bad;
}

/** What is learned, and of what. */
type LabelledJob = Pick<TrainingJob, 'train' | 'validation'> & {
  readonly recipe: Pick<Recipe, 'loss' | 'metrics'>;
};

function checkCrossEntropy({ recipe: { loss }, train, validation }: LabelledJob, activation: string): void {
  if (activation !== 'softmax' && activation !== 'sigmoid') {
    throw inputError(
      'loss-needs-probabilities',
      `The loss "${loss}" compares probabilities, but the last layer has the activation "${activation}".`,
      'End the model with "softmax" for one class of many, or with "sigmoid" for yes or no.',
    );
  }
  const bad = improbableIn(targetsOf(train)) ?? improbableIn(targetsOf(validation));
  if (bad !== undefined) {
    throw inputError(
      'targets-not-classes',
      `The loss "${loss}" needs targets from 0 to 1, but the dataset has ${bad}.`,
      'Use "mse" to learn numbers, or a dataset with classes.',
    );
  }
  if (loss === 'categoricalCrossentropy' && (targetsOf(train).shape.at(-1) ?? 1) < 2) {
    throw inputError(
      'targets-not-classes',
      `The loss "${loss}" needs one target for each class, but the dataset has one target in all.`,
      'Use "binaryCrossentropy" for yes or no.',
    );
  }
}

function checkBothKinds(targets: SampleRows): void {
  let positives = 0;
  let all = 0;
  forEachBlock(targets, (values) => {
    for (const value of values) if (value > 0.5) positives++;
    all += values.length;
  });
  if (positives > 0 && positives < all) return;
  throw inputError(
    'auc-needs-both',
    `The metric "auc" needs targets of 0 and of 1, but all those of the validation samples are ${positives === 0 ? 'at most' : 'above'} 0.5.`,
    'Take "auc" out of the metrics, or make a larger dataset.',
  );
}

/** Throws an input error where the loss or a metric cannot be computed from outputs of that activation and the targets. */
export function checkTargets(job: LabelledJob, activation: string): void {
  const { loss, metrics } = job.recipe;
  if (loss === 'categoricalCrossentropy' || loss === 'binaryCrossentropy') checkCrossEntropy(job, activation);
  if (metrics.includes('auc')) checkBothKinds(targetsOf(job.validation));
}

/** The same of a model by its layers, of each of its outputs. */
export function checkClassification(job: TrainingJob): void {
  let from = 0;
  for (const [index, { name, size, loss, metrics }] of headsOf(job).entries()) {
    const activation = outputActivation(job.topology, index);
    if (name === undefined || size === undefined) {
      checkTargets({ ...job, recipe: { loss, metrics } }, activation);
      continue;
    }
    const own = (samples: LabelledSamples): LabelledSamples => ({
      x: samples.x,
      y: columnRows(targetsOf(samples), from, size),
    });
    const labelled = { train: own(job.train), validation: own(job.validation), recipe: { loss, metrics } };
    withErrorContext(`Output "${name}"`, () => checkTargets(labelled, activation));
    from += size;
  }
}
