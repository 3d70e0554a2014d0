/** One trial of a search: a project that is trained and measured, as plain JSON that goes to any worker. */

import * as z from 'zod';

/** What is asked of a trial; functions of the same trial are the same everywhere, byte for byte. */
export const trialSchema = z.strictObject({
  /** From 1, in the order in which trials are decided and their results are taken. */
  number: z.int().positive(),
  /** From 0: how far its candidate has come. */
  rung: z.int().nonnegative(),
  /** What its rung gives it; `config` says the same. */
  epochs: z.int().positive(),
  /** The whole project file that it runs, seed and epochs included; its paths are those of the project that is searched. */
  config: z.record(z.string(), z.json()),
  /**
   * `float`: trained, and scored on validation samples. `converted`: quantized, converted, and measured as well. `shared`:
   * many networks are trained together, and each is judged.
   */
  measures: z.enum(['float', 'converted', 'shared']),
  /** Of `shared`: what stands in the place of `config.model`, network by network. */
  models: z.array(z.record(z.string(), z.json())).min(1).optional(),
  /** Digest of the user's files that it reads (`sourcesDigest`). */
  sources: z.string(),
  /** What decided it; a worker of another version refuses it. */
  tool: z.string(),
});

/** What is asked of a trial. */
export type Trial = z.infer<typeof trialSchema>;

/**
 * Accuracies, and areas under the ROC curve, are to be large. Errors are to be small: mean squared ones of targets, or of
 * what an autoencoder gives again of normal samples.
 */
const SCORE_METRICS = ['accuracy', 'auc', 'mse', 'reconstruction'] as const;

export type ScoreMetric = (typeof SCORE_METRICS)[number];

const scoreSchema = z.strictObject({
  metric: z.enum(SCORE_METRICS),
  float: z.number(),
  /** Of the `.tflite` file, as TensorFlow Lite Micro computes it. */
  converted: z.number().optional(),
});

/** How a trial's models do on one split. */
export type TrialScore = z.infer<typeof scoreSchema>;

/** Of a file, exact. */
const costsSchema = z.strictObject({
  flash: z.int().nonnegative(),
  ram: z.int().nonnegative(),
  arena: z.int().nonnegative(),
  macs: z.int().nonnegative(),
});

/** Each of `COST_NAMES`. */
export type TrialCosts = z.infer<typeof costsSchema>;

/** What is compared, and the same wherever the trial ran. */
const findingsSchema = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('scored'),
    validation: scoreSchema,
    /** Of the written file; of trials that convert. */
    costs: costsSchema.optional(),
    /** sha256 of that file. */
    model: z.string().optional(),
    /** Told of the points of the front at the end, and of nothing else: no decision reads it. */
    test: scoreSchema.optional(),
  }),
  /** Of networks with shared weights the loss of each over the validation samples; null where it is no number. */
  z.strictObject({ outcome: z.literal('shared'), losses: z.array(z.number().nullable()) }),
  /** The project cannot be run: its training diverges, or its model cannot be converted. */
  z.strictObject({ outcome: z.literal('failed'), code: z.string(), message: z.string() }),
]);

/** What is compared of a trial's result. */
export type TrialFindings = z.infer<typeof findingsSchema>;

export const trialResultSchema = z.strictObject({
  /** That of the trial. */
  number: z.int().positive(),
  findings: findingsSchema,
  /** How long it took, which is never compared. */
  seconds: z.number().nonnegative(),
});

/** What a trial gives back. */
export type TrialResult = z.infer<typeof trialResultSchema>;
