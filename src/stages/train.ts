/** Stage `train`: the project's model, trained; the weights of the best validation epoch are kept. */

import * as z from 'zod';
import type { Artifact } from '../artifacts/store.ts';
import { TinymlError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { prettyJson } from '../core/json.ts';
import type { Reporter } from '../core/reporter.ts';
import { elementCount } from '../core/tensor.ts';
import { type AugmentationOptions, createAugment } from '../data/augmenting/index.ts';
import { writeTfjsModel } from '../formats/tfjs/write.ts';
import type { NetworkOutput } from '../training/architectures/architecture.ts';
import { BACKENDS, chosenEngine, ENGINES, type EngineName } from '../training/engine-choice.ts';
import { figureName, type Head, headsOf } from '../training/heads.ts';
import { createInitialWeights } from '../training/initial-weights.ts';
import { INPUT_NAME } from '../training/layer-inputs.ts';
import { topologyOf } from '../training/model-spec.ts';
import {
  type LossName,
  type MetricName,
  type OutputRecipe,
  type Recipe,
  recipeSchema,
} from '../training/recipe.ts';
import type { SampleRows } from '../training/samples/sample-rows.ts';
import { targetsOf } from '../training/samples/sample-stream.ts';
import type {
  Augment,
  EpochRecord,
  LabelledSamples,
  TrainingHooks,
  TrainingResult,
} from '../training/trainer.ts';
import { createTrainer } from '../training/trainers.ts';
import { trainingRemarks } from '../training/training-remarks.ts';
import type { ProjectConfig } from './config.ts';
import { readDescription, readInputs } from './dataset-reader.ts';
import { type ProjectOutput, readOutputs } from './ends/project-outputs.ts';
import { type ModelLayers, modelLayers, type TrainedModel, trainedModel } from './model/model-layers.ts';
import { modelNote } from './model-note.ts';
import type { Stage, StageContext } from './stage.ts';
import { openTrainingSamples } from './training-samples.ts';

/** What the project file may say, the command line may. */
const { shape: fields } = recipeSchema;

const overrides = z.strictObject({
  epochs: fields.epochs.unwrap().optional(),
  batchSize: fields.batchSize.unwrap().optional(),
  learningRate: fields.learningRate.unwrap().optional(),
  engine: z.enum(ENGINES).optional(),
  backend: z.enum(BACKENDS).optional(),
});

type Overrides = z.infer<typeof overrides>;

/** How a project's model is trained. */
export interface TrainOptions {
  readonly model: TrainedModel;
  /** Without a loss where the number of classes decides it. */
  readonly recipe: Omit<Recipe, 'loss'> & { readonly loss?: LossName | undefined };
  /** Of several outputs what the project says of some of them, by name. */
  readonly outputs?: Readonly<Record<string, OutputRecipe>>;
  /** Absent: samples are trained as they are. */
  readonly augment?: readonly AugmentationOptions[];
  readonly engine: EngineName;
  /** Absent: the first one that loads. */
  readonly backend?: Overrides['backend'];
}

/** What people judge an output by, in digits that say something of any size. */
function mainFigure(metrics: EpochRecord['valMetrics'], head: Head): string {
  const value = (metric: MetricName): number | undefined => metrics[figureName(head, metric)];
  const [accuracy, auc, mae] = [value('accuracy'), value('auc'), value('mae')];
  if (accuracy !== undefined) return `val_${figureName(head, 'accuracy')} ${accuracy.toFixed(3)}  `;
  if (auc !== undefined) return `val_${figureName(head, 'auc')} ${auc.toFixed(3)}  `;
  if (mae === undefined) return '';
  // Scaled targets are counted in their deviations.
  const unit = head.targets === 'standard' ? ' σ' : '';
  return `val_${figureName(head, 'mae')} ${mae.toPrecision(3)}${unit}  `;
}

/** The main figures first: a narrow terminal cuts off the end. */
function epochDetail({ loss, valLoss, valMetrics }: EpochRecord, heads: readonly Head[]): string {
  const figures = heads.map((head) => mainFigure(valMetrics, head)).join('');
  return `${figures}loss ${loss.toFixed(4)}  val_loss ${valLoss.toFixed(4)}`;
}

/** Says once that a training came to nothing. */
function divergenceWarning(report: Reporter): (record: EpochRecord) => void {
  let told = false;
  return ({ epoch, loss, valLoss }) => {
    if (told || (Number.isFinite(loss) && Number.isFinite(valLoss))) return;
    told = true;
    report.warn(
      `Training diverged: the loss of epoch ${epoch} is ${Number.isFinite(loss) ? valLoss : loss}. Stop it, and try a smaller "learningRate" or "clipNorm": 1; "normalization": "standard" helps where the inputs are large.`,
    );
  };
}

/** Weights, biases and all. */
function parameterCount(weights: readonly { readonly data: Float32Array }[]): number {
  return weights.reduce((sum, { data }) => sum + data.length, 0);
}

/** Tells how training goes, and keeps what it goes on from. */
function hooksOf({ report, signal, progress }: StageContext, heads: readonly Head[]): TrainingHooks {
  const warnOfDivergence = divergenceWarning(report);
  return {
    signal,
    progress: {
      load: progress.load,
      save(checkpoint) {
        try {
          progress.save(checkpoint);
        } catch (error) {
          if (!(error instanceof TinymlError)) throw error;
          report.warn(`${error.message}: this training could not go on from here.`);
        }
      },
    },
    onResume: (epochs) => report.info(`Training goes on behind epoch ${epochs}, where it was stopped.`),
    onEpoch(record, total) {
      report.progress(record.epoch, total, epochDetail(record, heads));
      warnOfDivergence(record);
    },
  };
}

/** Throws `bad-augmentation` (usage) for what these samples have no place for. */
export function augmentOf(
  augment: readonly AugmentationOptions[] | undefined,
  { x, y }: LabelledSamples,
): Augment | undefined {
  if (augment === undefined || augment.length === 0) return undefined;
  return createAugment(augment, { shape: x.shape, targetLength: y === 'input' ? 0 : elementCount(y.shape) });
}

/** What the data are for; of generated data the loss says it. */
export function networkOutput(
  dataset: Artifact,
  train: LabelledSamples,
  { loss }: Pick<Recipe, 'loss'>,
): NetworkOutput {
  const task =
    readDescription(dataset)?.task ?? (loss.endsWith('Crossentropy') ? 'classification' : 'regression');
  return { task, units: elementCount(targetsOf(train).shape) };
}

/** What the project file says, or what its data are for; of files with classes their number decides. */
function plannedLoss({ dataset, training }: ProjectConfig): LossName | undefined {
  if (training.loss !== undefined) return training.loss;
  if (dataset.source === 'motion') return 'categoricalCrossentropy';
  return 'task' in dataset && dataset.task === 'classification' ? undefined : 'mse';
}

/** For `units` numbers that stand for classes: one for two of them. */
function classLoss(units: number): LossName {
  return units === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy';
}

/** An output among several. */
interface NamedHead extends Head {
  readonly name: string;
}

/** What each of several outputs learns: as the project says, else by its task. */
function plannedHeads(
  outputs: readonly ProjectOutput[] | undefined,
  said: Readonly<Record<string, OutputRecipe>>,
): readonly NamedHead[] | undefined {
  return outputs?.map(({ name, task, size }) => {
    const { loss, metrics, weight = 1, targets } = said[name] ?? {};
    const decides = task === 'classification';
    return {
      name,
      size,
      loss: loss ?? (decides ? classLoss(size) : 'mse'),
      metrics: metrics ?? [decides ? 'accuracy' : 'mae'],
      weight,
      ...given({ targets }),
    };
  });
}

/** The recipe with a loss, which the targets decide where the project does not. */
export function recipeFor(planned: TrainOptions['recipe'], targets: SampleRows): Recipe {
  return { ...planned, loss: planned.loss ?? classLoss(elementCount(targets.shape)) };
}

/** What is learned of them: of an anomaly detector the samples themselves. */
export function labelledFor(dataset: Artifact, { x, y }: LabelledSamples): LabelledSamples {
  return { x, y: readDescription(dataset)?.task === 'anomaly' ? 'input' : y };
}

export const trainStage: Stage<TrainOptions, Overrides> = {
  name: 'train',
  kind: 'float-model',
  summary: 'train the model',
  overrides,
  options(project, { epochs, batchSize, learningRate, engine, backend }) {
    const { augment, compress: _, loss: __, outputs, ...recipe } = project.training;
    return {
      model: trainedModel(project),
      recipe: {
        ...recipe,
        ...given({ loss: plannedLoss(project) }),
        epochs: epochs ?? recipe.epochs,
        batchSize: batchSize ?? recipe.batchSize,
        learningRate: learningRate ?? recipe.learningRate,
      },
      ...given({ augment, outputs }),
      engine: chosenEngine({ engine, backend }),
      ...(backend === undefined ? {} : { backend }),
    };
  },
  consumes: () => [{ stage: 'dataset' }],
  async run(context, { model, recipe: planned, outputs = {}, augment, engine, backend }, input) {
    const { report, seed, tfjs, trainingThreads } = context;
    const samples = openTrainingSamples(input('dataset'));
    let result: TrainingResult;
    let built: ModelLayers;
    try {
      const labelled = (of: LabelledSamples): LabelledSamples => labelledFor(input('dataset'), of);
      const [train, validation] = [labelled(samples.train), labelled(samples.validation)];
      const recipe = recipeFor(planned, targetsOf(samples.train));
      const output = networkOutput(input('dataset'), train, recipe);
      const inputs = readInputs(input('dataset'));
      built = await modelLayers(model, train.x.shape, output, modelNote(input('dataset')), report);
      const heads = plannedHeads(readOutputs(input('dataset')), outputs);
      const topology = topologyOf(
        built.layers,
        inputs ?? [{ name: INPUT_NAME, shape: train.x.shape }],
        heads?.map(({ name }) => name),
      );
      const { trainer, why } = await createTrainer({ engine, backend }, { tfjs, trainingThreads });
      report.info(why);
      const all = headsOf({ heads, recipe });
      for (const remark of trainingRemarks(built.layers, all)) report.warn(remark);
      result = await trainer.train(
        {
          topology,
          initialWeights: createInitialWeights(topology, seed),
          recipe,
          ...given({ heads }),
          seed,
          train,
          validation,
          augment: augmentOf(augment, train),
        },
        hooksOf(context, all),
      );
    } finally {
      samples.close();
    }
    report.curve?.(
      'val_loss',
      result.history.map(({ valLoss }) => valLoss),
    );
    const best = result.history[result.bestEpoch - 1];
    const { modelJson, weights } = writeTfjsModel(result.model);
    return {
      files: {
        'model.json': modelJson,
        'weights.bin': weights,
        'history.json': prettyJson(result.history),
      },
      metrics: {
        parameters: parameterCount(result.model.weights),
        ...given({ width: built.width }),
        epochs: result.history.length,
        bestEpoch: result.bestEpoch,
        loss: best.loss,
        valLoss: best.valLoss,
        engine: result.engine,
        stoppedBy: result.stoppedBy,
      },
      interrupted: result.stoppedBy === 'interrupt',
    };
  },
};
