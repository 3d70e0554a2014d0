/** The `training` section of a project file: how a model is trained. */

import * as z from 'zod';

export const OPTIMIZERS = ['rmsprop', 'sgd', 'adam', 'adamw'] as const;
export const LOSSES = ['mse', 'mae', 'huber', 'categoricalCrossentropy', 'binaryCrossentropy'] as const;
export const METRICS = ['mae', 'mse', 'accuracy', 'auc'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];
export type LossName = (typeof LOSSES)[number];
export type MetricName = (typeof METRICS)[number];

const scheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('constant').describe('The learning rate stays as it is.') }),
  z.strictObject({
    type: z.literal('cosine').describe('The learning rate falls along half a cosine wave to the last epoch.'),
    finalLearningRate: z.number().min(0).default(0).describe('The learning rate of the last epoch.'),
  }),
  z.strictObject({
    type: z.literal('step').describe('The learning rate is multiplied by "factor" again and again.'),
    every: z.int().min(1).describe('After how many epochs.'),
    factor: z.number().gt(0).max(1).describe('What it is multiplied by.'),
  }),
]);

const recipeFields = z.strictObject({
  optimizer: z
    .enum(OPTIMIZERS)
    .default('rmsprop')
    .describe('The rule that turns gradients into new weights.'),
  momentum: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe('Of sgd: the share of the last step that is taken again; by default 0.'),
  nesterov: z
    .boolean()
    .optional()
    .describe('Of sgd with "momentum": whether the gradient is followed beyond that step (Nesterov).'),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(
      'The share of every weight, times the learning rate, that each step takes away, apart from the gradient; by default 0.004 for adamw and 0 for the others.',
    ),
  clipNorm: z
    .number()
    .gt(0)
    .optional()
    .describe('Gradients whose norm over all weights together is larger are scaled down to it.'),
  clipValue: z
    .number()
    .gt(0)
    .optional()
    .describe('Every element of the gradients is kept between this and its negative.'),
  learningRate: z.number().gt(0).max(100).default(0.003).describe('The step size of the first epoch.'),
  schedule: scheduleSchema
    .default({ type: 'cosine', finalLearningRate: 0 })
    .describe('How the learning rate changes from epoch to epoch.'),
  loss: z
    .enum(LOSSES)
    .default('mse')
    .describe(
      'What training makes small: mean squared error, mean absolute error or Huber loss for numbers, a cross-entropy for classes.',
    ),
  metrics: z
    .array(z.enum(METRICS))
    .max(METRICS.length)
    .default(['mae'])
    .describe(
      'What is reported besides the loss; auc, the area under the ROC curve, over the validation samples only.',
    ),
  epochs: z.int().min(1).max(1_000_000).default(500).describe('How often training goes through all samples.'),
  batchSize: z.int().min(1).max(1_000_000).default(16).describe('How many samples make one step.'),
  balance: z
    .enum(['none', 'batches'])
    .optional()
    .describe(
      'Of classes: whether batches have as many samples of a rare class as of a common one, the rare ones again and again; by default none.',
    ),
  targets: z
    .enum(['as-is', 'standard'])
    .optional()
    .describe(
      'Of numbers: whether training sees them with mean 0 and deviation 1 ("standard"), which helps where they are large or far from 0; by default as-is. The trained model gives the numbers as they are, but losses and metrics of epochs are those of the scaled ones.',
    ),
  earlyStopping: z
    .strictObject({
      patience: z.int().min(1).describe('Epochs without improvement after which training stops.'),
      minDelta: z
        .number()
        .min(0)
        .default(0)
        .describe('How much the validation loss must fall to count as improvement.'),
    })
    .optional()
    .describe('Stop before the last epoch when the validation loss no longer falls.'),
});

interface RuledFields extends Omit<z.output<typeof recipeFields>, 'loss'> {
  readonly loss?: LossName | undefined;
}

/** Whether a loss compares probabilities. */
function isCrossEntropy(loss: LossName | undefined): boolean {
  return loss === 'categoricalCrossentropy' || loss === 'binaryCrossentropy';
}

/** What fields must not say together. */
function withRules<Schema extends z.ZodType<RuledFields>>(schema: Schema): Schema {
  return schema
    .refine(
      ({ optimizer, momentum, nesterov }) => optimizer === 'sgd' || (momentum ?? nesterov) === undefined,
      {
        error: '"momentum" and "nesterov" are those of the optimizer sgd',
        path: ['optimizer'],
      },
    )
    .refine(
      ({ targets, loss, metrics }) =>
        targets !== 'standard' ||
        !(isCrossEntropy(loss) || metrics.includes('accuracy') || metrics.includes('auc')),
      {
        error: '"standard" is for numbers, not for cross-entropies, accuracy and auc',
        path: ['targets'],
      },
    )
    .refine(({ momentum = 0, nesterov = false }) => !nesterov || momentum > 0, {
      error: 'it needs a "momentum" above 0',
      path: ['nesterov'],
    })
    .refine(({ clipNorm, clipValue }) => clipNorm === undefined || clipValue === undefined, {
      error: 'it cannot be given together with "clipNorm"',
      path: ['clipValue'],
    });
}

export const recipeSchema = withRules(recipeFields);

/** How one output among several is trained. */
const outputRecipeSchema = z
  .strictObject({
    loss: z
      .enum(LOSSES)
      .optional()
      .describe('What training makes small there. Default: a cross-entropy for classes, mse for numbers.'),
    weight: z
      .number()
      .gt(0)
      .max(1e6)
      .default(1)
      .describe('What this loss counts in the sum of all losses, which training makes small.'),
    metrics: z
      .array(z.enum(METRICS))
      .max(METRICS.length)
      .optional()
      .describe('What is reported besides the loss. Default: accuracy for classes, mae for numbers.'),
    targets: recipeFields.shape.targets,
  })
  .refine(({ targets, loss }) => targets !== 'standard' || !isCrossEntropy(loss), {
    error: '"standard" is for numbers, not for cross-entropies',
    path: ['targets'],
  })
  .meta({ id: 'outputRecipe' });

export type OutputRecipe = z.output<typeof outputRecipeSchema>;

/** Of a project, which may leave the loss to what is to be learned. */
export const projectRecipeSchema = withRules(
  recipeFields.extend({
    loss: z
      .enum(LOSSES)
      .optional()
      .describe(
        'What training makes small: mean squared error, mean absolute error or Huber loss for numbers, a cross-entropy for classes. Default: binaryCrossentropy for two classes, categoricalCrossentropy for more, mse for everything else.',
      ),
    outputs: z
      .record(z.string(), outputRecipeSchema)
      .optional()
      .describe(
        'Of a dataset with "outputs", by their names, in place of "loss", "metrics" and "targets": how each is trained.',
      ),
  }),
);

export type Recipe = z.output<typeof recipeSchema>;

/** Keras' default for AdamW. */
const ADAMW_DECAY = 0.004;

/** The weight decay in effect. */
export function weightDecayOf({ optimizer, weightDecay }: Recipe): number {
  return weightDecay ?? (optimizer === 'adamw' ? ADAMW_DECAY : 0);
}
