/** The training that ends a method: the model as it is, with what it must keep. */

import * as z from 'zod';
import { formatFigure } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import type { GraphRecipe } from '../graph/graph-job.ts';
import { trainGraph } from '../graph/train-graph.ts';
import type { TrainingHooks } from '../trainer.ts';
import { keepingConstraints } from './keeps.ts';
import type { Compressed, TuneOptions, Tuning, Workshop } from './method.ts';
import { validationLoss } from './validation-loss.ts';

/** Of every method that tunes. */
export const tuningFields = {
  epochs: z
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe('How often the training behind it goes through all samples.'),
  learningRate: z
    .number()
    .gt(0)
    .max(100)
    .optional()
    .describe("Of the training behind it; a tenth of the project's where absent."),
};

/** By default a tenth of the rate that made the weights. */
const RATE_SHARE = 0.1;

/** The learning rate of the first epoch. */
export function tuningRate({ learningRate }: Pick<Tuning, 'learningRate'>, recipe: GraphRecipe): number {
  return learningRate ?? recipe.learningRate * RATE_SHARE;
}

/** Tells how training goes. */
export function tuningReport({ report }: Pick<Workshop, 'report'>): TrainingHooks['onEpoch'] {
  return ({ epoch, loss, valLoss }, total) =>
    report.progress(epoch, total, `loss ${loss.toFixed(4)}  val_loss ${valLoss.toFixed(4)}`);
}

export async function tune(model: Compressed, workshop: Workshop, options: TuneOptions): Promise<Compressed> {
  const { train, validation, augment, seed, report, signal, recipe, trainingThreads } = workshop;
  const learningRate = tuningRate(options, recipe);
  const { epochs, constraints = [], settledFrom } = options;
  const before = options.mayStay === true ? validationLoss(model.graph, workshop) : undefined;
  const { graph, history, bestEpoch } = await trainGraph(
    {
      graph: model.graph,
      recipe: { ...recipe, epochs, learningRate, schedule: { type: 'cosine', finalLearningRate: 0 } },
      seed,
      train,
      validation,
      augment,
      constraints: [...constraints, ...keepingConstraints(model)],
      ...given({ objective: model.objective?.(model.graph), settledFrom }),
    },
    { signal, onEpoch: tuningReport(workshop) },
    { trainingThreads },
  );
  if (before === undefined || history[bestEpoch - 1].valLoss < before) return { ...model, graph };
  report.info(
    `No epoch of the training brought the validation loss below ${formatFigure(before)}, where it was: the weights stay`,
  );
  return model;
}
