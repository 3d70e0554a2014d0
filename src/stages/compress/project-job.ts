/** What a project compresses: its trained model, on its own samples, judged as its task is. */

import type { Artifact } from '../../artifacts/store.ts';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { EndType } from '../../core/model-type.ts';
import { readAllRecords } from '../../data/records/records.ts';
import type { CompressionJob, JudgedSamples } from '../../models/compress/compress-model.ts';
import type { MeasuredForm } from '../../models/compress/measured-form.ts';
import { int4Wish } from '../../models/quantize/int4/int4-wish.ts';
import { anomalyJudge, reconstructionJudge, targetJudge } from '../../models/score/judge.ts';
import type { Target } from '../../planner/target.ts';
import type { Compression } from '../../training/compress/index.ts';
import type { Workshop } from '../../training/compress/method.ts';
import { targetsOf } from '../../training/samples/sample-stream.ts';
import type { ProjectConfig } from '../config.ts';
import { calibrationRecords } from '../dataset/calibration-records.ts';
import { type OpenSamples, openSplit } from '../dataset-reader.ts';
import { readFloatGraph } from '../float-graph.ts';
import { modelNote } from '../model-note.ts';
import { type QuantizeOptions, quantizationOf } from '../quantize.ts';
import type { StageContext } from '../stage.ts';
import { taskOf } from '../task.ts';
import { augmentOf, labelledFor, recipeFor, type TrainOptions } from '../train.ts';
import { openTrainingSamples, type TrainingSamples } from '../training-samples.ts';
import { modelReader } from './model-reader.ts';

/** How a project compresses. */
export interface CompressOptions {
  readonly methods: readonly Compression[];
  /** The integers that are measured are those that the project makes. */
  readonly quantization: Omit<QuantizeOptions, 'from'>;
  readonly io: EndType;
  /** Weights of few values are look-up tables in the file that is measured. */
  readonly lut?: true;
  readonly target: Target;
}

/** What the project file says. */
export function compressOptions(project: ProjectConfig): CompressOptions {
  const { training, conversion, check } = project;
  const { compress: methods = [] } = training;
  return {
    ...{ methods, quantization: quantizationOf(project), io: conversion.io, target: check.target },
    ...(conversion.lut ? { lut: true as const } : {}),
  };
}

type Input = (stage: 'dataset' | 'train') => Artifact;

type Context = Pick<StageContext, 'report' | 'signal' | 'threads' | 'trainingThreads' | 'seed' | 'listFiles'>;

function formOf(
  { quantization, io, lut, target }: CompressOptions,
  calibration: MeasuredForm['calibration'],
  note: MeasuredForm['note'],
): MeasuredForm {
  const { type = 'int8', int16, method, densePerChannel, library, int4, weightsBudget } = quantization;
  return {
    ...{ type, io, method, densePerChannel, library, target, calibration },
    ...given({ lut, note, int16, int4: int4Wish({ int4, weightsBudget }) }),
  };
}

/** Anomalies are not among the samples that validate: those are to be given again. */
function judgesOf(
  input: Input,
  validation: OpenSamples,
  test: OpenSamples,
  context: Pick<StageContext, 'threads'>,
): { readonly validation: JudgedSamples; readonly test: JudgedSamples } {
  const task = taskOf(input('dataset'), input('train'), test.y);
  const counted = (judge: JudgedSamples['judge'], { x }: OpenSamples) => ({ judge, samples: x.count });
  if (task !== 'anomaly') {
    const judged = (of: OpenSamples) => counted(targetJudge(task, of.x, of.y, context), of);
    return { validation: judged(validation), test: judged(test) };
  }
  const all = ({ x }: OpenSamples) => readAllRecords(x, 'the samples');
  const isAnomaly = Int32Array.from(test.y.data);
  return {
    validation: counted(reconstructionJudge(all(validation), context), validation),
    test: counted(anomalyJudge(all(test), isAnomaly, context), test),
  };
}

function workshopOf(input: Input, samples: TrainingSamples, context: Context): Omit<Workshop, 'cost'> {
  const { recipe: planned, augment } = input('train').manifest.options as unknown as TrainOptions;
  const [train, validation] = [samples.train, samples.validation].map((of) =>
    labelledFor(input('dataset'), of),
  );
  const { targets: _, ...recipe } = recipeFor(planned, targetsOf(samples.train));
  return {
    ...{ seed: context.seed, report: context.report, signal: context.signal, train, validation },
    augment: augmentOf(augment, train),
    trainingThreads: context.trainingThreads,
    recipe,
    readModel: modelReader(context),
  };
}

function requireValidation({ validation }: TrainingSamples): void {
  if (validation.x.count > 0) return;
  throw usageError(
    'no-validation',
    'The project has no validation samples, by which methods of compression choose',
    'Give the dataset a validation share.',
  );
}

/** A job whose samples are open. */
export interface OpenJob {
  readonly job: CompressionJob;
  close(): void;
}

/** Whoever opens it closes it. Throws `no-validation` (usage) where no samples validate. */
export function openProjectJob(input: Input, options: CompressOptions, context: Context): OpenJob {
  const dataset = input('dataset');
  const samples = openTrainingSamples(dataset);
  const opened = [openSplit(dataset, 'train'), openSplit(dataset, 'validation'), openSplit(dataset, 'test')];
  const [train, validation, test] = opened;
  const close = (): void => {
    for (const { x } of opened) x.close();
    samples.close();
  };
  try {
    requireValidation(samples);
    const count = options.quantization.samples;
    const { records } = calibrationRecords(dataset, train.x, count, context.seed);
    const job = {
      // Training follows gradients through every step.
      graph: readFloatGraph(input('train'), { recurrent: 'unrolled' }),
      methods: options.methods,
      workshop: workshopOf(input, samples, context),
      form: formOf(options, records, modelNote(dataset)),
      // What was made before an interruption is measured all the same.
      ...judgesOf(input, validation, test, given({ threads: context.threads })),
    };
    return { job, close };
  } catch (error) {
    close();
    throw error;
  }
}
