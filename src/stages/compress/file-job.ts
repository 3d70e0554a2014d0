/** What is compressed where no project trained it: any float model, on samples that are given for it. */

import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { createRandom } from '../../core/random.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { arrayRecords, pickRecords, type RecordSource, readAllRecords } from '../../data/records/records.ts';
import type { Graph } from '../../ir/graph.ts';
import type { CompressionJob, JudgedSamples } from '../../models/compress/compress-model.ts';
import type { MeasuredForm } from '../../models/compress/measured-form.ts';
import { realSignature } from '../../models/run/real-runner.ts';
import type { WorkContext } from '../../models/run/spread/spread-records.ts';
import { anomalyJudge, type Judge, reconstructionJudge, targetJudge } from '../../models/score/judge.ts';
import type { Compression } from '../../training/compress/index.ts';
import type { Workshop } from '../../training/compress/method.ts';
import type { GraphRecipe } from '../../training/graph/graph-job.ts';
import { type LossName, recipeSchema } from '../../training/recipe.ts';
import { rowsInMemory } from '../../training/samples/sample-rows.ts';
import type { LabelledSamples } from '../../training/trainer.ts';
import type { Labels, ModelSamples } from '../measure/model-samples.ts';
import { classTargets, requireTargets } from '../measure/score-model.ts';
import { proposeTraining } from '../proposal/propose-training.ts';
import type { SampleKind } from '../proposal/sample-kind.ts';
import type { StageContext } from '../stage.ts';

/** What the model is to make of its samples. */
interface Learnable {
  readonly x: FloatArray;
  /** `input`: to give each sample again. */
  readonly y: FloatArray | 'input';
}

/** Samples to learn from, to choose by, and to report. */
export interface DividedSamples {
  readonly train: Learnable;
  readonly validation: Learnable;
  readonly test: Learnable | { readonly x: FloatArray; readonly isAnomaly: Int32Array };
}

/** Of all samples where others test, and where they are to test, too. */
const SHARES = { alone: [0.6, 0.2], tested: [0.8, 0.2] } as const;
/** Fewer of a part judge nothing. */
const LEAST = 1;

function picked({ x, y }: Learnable, places: ArrayLike<number>): Learnable {
  const pick = (all: FloatArray): FloatArray =>
    readAllRecords(pickRecords(arrayRecords(all), places), 'the samples');
  return { x: pick(x), y: y === 'input' ? y : pick(y) };
}

/** Drawn by the seed: training, validation, and the test, where nothing else tests. */
function parted(all: Learnable, seed: number, isTested: boolean): readonly Learnable[] {
  const count = all.x.shape[0];
  const order = createRandom(seed, 'compression split').permutation(count);
  const [training, validation] = SHARES[isTested ? 'tested' : 'alone'].map((share) =>
    Math.round(share * count),
  );
  const cuts = [0, training, isTested ? count : training + validation, count];
  const parts = [0, 1, ...(isTested ? [] : [2])].map((part) => order.slice(cuts[part], cuts[part + 1]));
  if (parts.some(({ length }) => length < LEAST)) {
    throw inputError(
      'few-samples',
      `It takes more than ${counted(count, 'sample')} to train with some of them, choose by others, and test with the rest`,
      'Give more with --data.',
    );
  }
  return parts.map((places) => picked(all, places));
}

function targetsFor(graph: Graph, labels: Exclude<Labels, { task: 'anomaly' }>): FloatArray {
  const { outputShape } = realSignature(graph);
  const width = outputShape.reduce((product, dimension) => product * dimension, 1);
  if (labels.task === 'classification') return classTargets(labels, width);
  requireTargets(labels, width);
  return labels.targets;
}

function requireReconstruction(graph: Graph, x: FloatArray): void {
  const { outputShape } = realSignature(graph);
  const width = outputShape.reduce((product, dimension) => product * dimension, 1);
  if (x.data.length === width * x.shape[0]) return;
  throw inputError(
    'no-autoencoder',
    `The model has ${counted(width, 'output')} for ${counted(x.data.length / x.shape[0], 'input')}, and cannot give its input again`,
    'Name what is true of the samples with --target.',
  );
}

/** Samples of which nothing is said: an autoencoder gives them again. Throws `no-autoencoder` (input). */
export function divideUnlabelled(
  graph: Graph,
  data: RecordSource,
  test: RecordSource | undefined,
  seed: number,
): DividedSamples {
  const all = (source: RecordSource): Learnable => ({ x: readAllRecords(source, 'the samples'), y: 'input' });
  const own = all(data);
  requireReconstruction(graph, own.x);
  const [train, validation, rest] = parted(own, seed, test !== undefined);
  return { train, validation, test: test === undefined ? rest : all(test) };
}

/** Samples with labels. Anomalies are for the test: their detector learns from what is normal. */
export function divideSamples(
  graph: Graph,
  data: ModelSamples,
  test: ModelSamples | undefined,
  seed: number,
): DividedSamples {
  const learnable = ({ x, labels }: ModelSamples): Learnable => {
    const inputs = readAllRecords(x, 'the samples');
    return labels.task === 'anomaly'
      ? { x: inputs, y: 'input' }
      : { x: inputs, y: targetsFor(graph, labels) };
  };
  if (data.labels.task === 'anomaly') {
    const { normal, isAnomaly } = (test ?? data).labels as Labels & { task: 'anomaly' };
    requireReconstruction(graph, normal);
    const [train, validation] = parted({ x: normal, y: 'input' }, seed, true);
    return { train, validation, test: { x: learnable(test ?? data).x, isAnomaly } };
  }
  const [train, validation, rest] = parted(learnable(data), seed, test !== undefined);
  return { train, validation, test: test === undefined ? rest : learnable(test) };
}

const KINDS: readonly SampleKind[] = ['row', 'row', 'series', 'picture'];

/** Of classes the model's own last step says it; losses of numbers that are no probabilities mean nothing. */
function lossFor(graph: Graph, isClassifier: boolean): LossName {
  if (!isClassifier) return 'mse';
  const [output] = graph.outputs;
  switch (graph.nodes.find(({ outputs }) => outputs.includes(output))?.kind) {
    case 'softmax':
      return 'categoricalCrossentropy';
    case 'logistic':
      return 'binaryCrossentropy';
    default:
      throw usageError(
        'no-probabilities',
        'The model ends in no softmax or sigmoid, so that its outputs are no probabilities of classes',
        'Say --task regression where they are numbers, or give the model with its softmax.',
      );
  }
}

/** As a project of such samples is trained where nobody says how. */
function recipeFor(graph: Graph, { train }: DividedSamples, isClassifier: boolean): GraphRecipe {
  const [count, ...shape] = train.x.shape;
  const task = isClassifier ? 'classification' : train.y === 'input' ? 'anomaly' : 'regression';
  const classes = train.y === 'input' ? 0 : Math.max(2, train.y.shape[1] ?? 1);
  const kind = KINDS[Math.min(shape.length, KINDS.length - 1)];
  const proposed = proposeTraining(task, kind, count, classes);
  const { targets: _, ...recipe } = recipeSchema.parse({ ...proposed, loss: lossFor(graph, isClassifier) });
  return recipe;
}

function labelled({ x, y }: Learnable): LabelledSamples {
  return { x: rowsInMemory(x), y: y === 'input' ? y : rowsInMemory(y) };
}

function judgeOf(part: DividedSamples['test'], isClassifier: boolean, context: WorkContext): Judge {
  if ('isAnomaly' in part) return anomalyJudge(part.x, part.isAnomaly, context);
  if (part.y === 'input') return reconstructionJudge(part.x, context);
  return targetJudge(isClassifier ? 'classification' : 'regression', arrayRecords(part.x), part.y, context);
}

/** How it is compressed. */
export interface FileJobOptions {
  readonly methods: readonly Compression[];
  readonly seed: number;
  /** Whether targets stand for classes. */
  readonly isClassifier: boolean;
  /** How many of the training samples calibrate. */
  readonly samples: number;
  readonly form: Omit<MeasuredForm, 'calibration'>;
  readonly readModel: Workshop['readModel'];
}

/** `graph` is simplified float32. Throws `no-probabilities` (usage). */
export function fileJob(
  graph: Graph,
  divided: DividedSamples,
  { methods, seed, isClassifier, samples, form, readModel }: FileJobOptions,
  context: Pick<StageContext, 'report' | 'signal' | 'threads' | 'trainingThreads'>,
): CompressionJob {
  const { train, validation, test } = divided;
  const calibration = Array.from({ length: Math.min(samples, train.x.shape[0]) }, (_, place) => place);
  const judged = (part: DividedSamples['test']): JudgedSamples => ({
    // What was made before an interruption is measured all the same.
    judge: judgeOf(part, isClassifier, given({ threads: context.threads })),
    samples: part.x.shape[0],
  });
  return {
    graph,
    methods,
    workshop: {
      seed,
      report: context.report,
      signal: context.signal,
      train: labelled(train),
      validation: labelled(validation),
      trainingThreads: context.trainingThreads,
      recipe: recipeFor(graph, divided, isClassifier),
      readModel,
    },
    form: { ...form, calibration: pickRecords(arrayRecords(train.x), calibration) },
    validation: judged(validation),
    test: judged(test),
  };
}
