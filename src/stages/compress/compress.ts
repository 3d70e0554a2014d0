/** Stage `compress`: the trained model through the project's methods of compression, measured before them and after each. */

import * as z from 'zod';
import type { Artifact } from '../../artifacts/store.ts';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { prettyJson } from '../../core/json.ts';
import type { EndType } from '../../core/model-type.ts';
import { readAllRecords } from '../../data/records/records.ts';
import { compressModel, type JudgedSamples } from '../../models/compress/compress-model.ts';
import type { MeasuredForm } from '../../models/compress/measured-form.ts';
import { int4Wish } from '../../models/quantize/int4/int4-wish.ts';
import { anomalyJudge, reconstructionJudge, targetJudge } from '../../models/score/judge.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { type Compression, filesRead } from '../../training/compress/index.ts';
import type { Workshop } from '../../training/compress/method.ts';
import type { GraphRecipe } from '../../training/graph/graph-job.ts';
import { targetsOf } from '../../training/samples/sample-stream.ts';
import { calibrationRecords } from '../dataset/calibration-records.ts';
import { type OpenSamples, openSplit } from '../dataset-reader.ts';
import { readFloatGraph } from '../float-graph.ts';
import { type QuantizeOptions, quantizationOf } from '../quantize.ts';
import type { Stage, StageContext } from '../stage.ts';
import { taskOf } from '../task.ts';
import { augmentOf, labelledFor, recipeFor, type TrainOptions } from '../train.ts';
import { openTrainingSamples, type TrainingSamples } from '../training-samples.ts';
import { modelReader } from './model-reader.ts';

interface CompressOptions {
  readonly methods: readonly Compression[];
  /** The integers that are measured are those that the project makes. */
  readonly quantization: Omit<QuantizeOptions, 'from'>;
  readonly io: EndType;
  readonly target: ArenaTarget;
}

/** The table of what each method did, a `CompressionTable`. */
export const STEPS_FILE = 'steps.json';

type Input = (stage: 'dataset' | 'train') => Artifact;

function formOf(
  { quantization, io, target }: CompressOptions,
  calibration: MeasuredForm['calibration'],
): MeasuredForm {
  const { type = 'int8', int16, method, densePerChannel, library, int4, weightsBudget } = quantization;
  return {
    ...{ type, io, method, densePerChannel, library, target, calibration },
    ...given({ int16, int4: int4Wish({ int4, weightsBudget }) }),
  };
}

/** Anomalies are not among the samples that validate: those are to be given again. */
function judgesOf(
  input: Input,
  validation: OpenSamples,
  test: OpenSamples,
  context: StageContext,
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

function workshopOf(input: Input, samples: TrainingSamples, context: StageContext): Omit<Workshop, 'cost'> {
  const { recipe: planned, augment } = input('train').manifest.options as unknown as TrainOptions;
  const [train, validation] = [samples.train, samples.validation].map((of) =>
    labelledFor(input('dataset'), of),
  );
  const { targets: _, ...recipe } = recipeFor(planned, targetsOf(samples.train));
  return {
    ...{ seed: context.seed, report: context.report, signal: context.signal, train, validation },
    augment: augmentOf(augment, train),
    recipe: recipe as GraphRecipe,
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

export const compressStage: Stage<CompressOptions, Record<string, never>> = {
  name: 'compress',
  kind: 'compressed-model',
  summary: 'make the trained model smaller',
  overrides: z.strictObject({}),
  options(project) {
    const { compress: methods = [] } = project.training;
    if (methods.length === 0) {
      throw usageError(
        'no-compression',
        'The project lists no methods of compression',
        'List them in its file: "training": { "compress": [{ "method": "prune" }] }; "tinyml compress --help" has all of them.',
      );
    }
    const { conversion, check } = project;
    return { methods, quantization: quantizationOf(project), io: conversion.io, target: check.target };
  },
  consumes: () => [{ stage: 'dataset' }, { stage: 'train' }],
  reads: ({ methods }) => filesRead(methods),
  async run(context, options, input) {
    const dataset = input('dataset');
    const samples = openTrainingSamples(dataset);
    const opened = [
      openSplit(dataset, 'train'),
      openSplit(dataset, 'validation'),
      openSplit(dataset, 'test'),
    ];
    const [train, validation, test] = opened;
    try {
      requireValidation(samples);
      const count = options.quantization.samples;
      const { records } = calibrationRecords(dataset, train.x, count, context.seed);
      const { files, table, interrupted } = await compressModel(
        {
          graph: readFloatGraph(input('train')),
          methods: options.methods,
          workshop: workshopOf(input, samples, context),
          form: formOf(options, records),
          ...judgesOf(input, validation, test, context),
        },
        context,
      );
      const last = table.steps.at(-1);
      return {
        files: { ...files, [STEPS_FILE]: prettyJson(table) },
        metrics: {
          ...last?.cost,
          ...given({ float: last?.test?.float, [table.type]: last?.test?.converted }),
        },
        interrupted,
      };
    } finally {
      for (const { x } of opened) x.close();
      samples.close();
    }
  },
};
