/** The networks that are compressed, and their data. Those of projects are trained once for each seed, and kept. */

import { resolve } from 'node:path';
import { listDataFiles } from '../../../src/artifacts/data-files.ts';
import { diskStore } from '../../../src/artifacts/disk-store.ts';
import { createRandom } from '../../../src/core/random.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import type { FloatArray } from '../../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { arrayRecords, pickRecords, readAllRecords } from '../../../src/data/records/records.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { reconstructionJudge } from '../../../src/models/score/judge.ts';
import { compressOptions, type OpenJob, openProjectJob } from '../../../src/stages/compress/project-job.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { Pipeline } from '../../../src/stages/pipeline.ts';
import type { Compression } from '../../../src/training/compress/index.ts';
import { trainGraph } from '../../../src/training/graph/train-graph.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { SHARED_FOLDER, sharedBytes } from '../shared.ts';

/** Where trained networks are kept: remove it when training itself has changed. */
const CACHE = resolve('node_modules/.cache/tinyml-bench-compress');

/** Opens what is to be compressed with these methods; whoever opens it closes it. */
export type Base = (seed: number, methods: readonly Compression[]) => Promise<OpenJob>;

const context = {
  report: silentReporter,
  signal: new AbortController().signal,
  listFiles: (path: string) => listDataFiles(resolve(path)),
};

const data = (path: string): string => resolve(SHARED_FOLDER, 'data', path);

/** Splits and trains where that was not done yet, and runs the stage `compress` without keeping it. */
export function ofProject(name: string, project: ProjectInput): Base {
  return async (seed, methods) => {
    const config = parseProject({
      ...project,
      seed,
      training: { ...project.training, compress: [...methods] },
    });
    const store = diskStore(resolve(CACHE, `${name}-${seed}`));
    const pipeline = new Pipeline({ ...context, config, store });
    const artifacts = {
      dataset: (await pipeline.require({ stage: 'dataset' })).artifact,
      train: (await pipeline.require({ stage: 'train' })).artifact,
    };
    return openProjectJob((stage) => artifacts[stage], compressOptions(config), { ...context, seed });
  };
}

export const ADAMW: NonNullable<ProjectInput['training']> = {
  optimizer: 'adamw',
  weightDecay: 0.1,
  learningRate: 0.003,
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
};

const shares = { train: 0.6, validation: 0.2, test: 0.2 };

export const MNIST: ProjectInput['dataset'] = {
  ...{ source: 'idx', path: data('mnist-t10k'), task: 'classification', target: 'label' },
  prepare: [{ step: 'scale', from: [0, 255], to: [0, 1] }],
  split: { by: 'every', every: 5, ...shares },
};

export const QUANTIZATION = { samples: 500 } as const;

/** The network that somebody wrote for it. */
export const MNIST_CNN: ProjectInput = {
  dataset: MNIST,
  model: { architecture: 'cnn', filters: [8, 16, 24], kernel: 3 },
  training: { ...ADAMW, epochs: 30, batchSize: 32 },
  quantization: QUANTIZATION,
};

/** What an autoencoder gives again: what it learns from, what chooses, and what is reported. */
interface AutoencoderSamples {
  readonly train: FloatArray;
  readonly validation: FloatArray;
  readonly test: FloatArray;
}

function rowsAt(all: FloatArray, places: ArrayLike<number>): FloatArray {
  return readAllRecords(pickRecords(arrayRecords(all), places), 'the samples');
}

/** Of two files: a quarter of those that calibrate, drawn by the seed, validates. */
function ofFiles(calibration: readonly string[], test: readonly string[]) {
  return (seed: number): AutoencoderSamples => {
    const [all, held] = [calibration, test].map((path) => readNpyFloat32(sharedBytes(...path)));
    const order = createRandom(seed, 'compression bench').permutation(all.shape[0]);
    const quarter = Math.floor(order.length / 4);
    return {
      train: rowsAt(all, order.slice(quarter)),
      validation: rowsAt(all, order.slice(0, quarter)),
      test: held,
    };
  };
}

/** Frames of a machine's sound, two after each other: the first of them train, and no frame is in two parts. */
function ofFramePairs(): AutoencoderSamples {
  const { data: frames, shape } = readNpyFloat32(sharedBytes('data', 'ad_toycar_clip.npy'));
  const [count, bands] = shape;
  const part = (from: number, to: number): FloatArray => {
    const pairs = Array.from({ length: to - from - 1 }, (_, index) =>
      frames.subarray((from + index) * bands, (from + index + 2) * bands),
    );
    const values = new Float32Array(pairs.length * 2 * bands);
    for (const [index, pair] of pairs.entries()) values.set(pair, index * 2 * bands);
    return { data: values, shape: [pairs.length, 2 * bands] };
  };
  const [first, second] = [0.6, 0.8].map((share) => Math.round(count * share));
  return { train: part(0, first), validation: part(first, second), test: part(second, count) };
}

interface Autoencoder {
  readonly model: readonly string[];
  samples(seed: number): AutoencoderSamples;
  /** Where nobody has trained it. */
  readonly epochs?: number;
}

/** An autoencoder in a file. */
function ofFile({ model, samples, epochs }: Autoencoder): Base {
  return async (seed, methods) => {
    const { train, validation, test } = samples(seed);
    const { targets: _, ...recipe } = recipeSchema.parse({
      optimizer: 'adam',
      learningRate: 0.001,
      loss: 'mse',
    });
    const shared = {
      ...{ seed, recipe },
      train: { x: rowsInMemory(train), y: 'input' as const },
      validation: { x: rowsInMemory(validation), y: 'input' as const },
    };
    let graph = simplifyFloat(await readModel(sharedBytes(...model)));
    if (epochs !== undefined) {
      const hooks = { signal: context.signal, onEpoch() {} };
      ({ graph } = await trainGraph({ ...shared, graph, recipe: { ...recipe, epochs } }, hooks));
    }
    const judged = (x: FloatArray) => ({ judge: reconstructionJudge(x, {}), samples: x.shape[0] });
    const job = {
      graph,
      methods,
      workshop: {
        ...{ ...shared, report: context.report, signal: context.signal },
        readModel: async () => graph,
      },
      form: {
        type: 'int8',
        io: 'int8',
        densePerChannel: false,
        method: 'default',
        library: 'tflm',
        calibration: arrayRecords(train),
        target: 'cortex-m-cmsis-nn',
      } as const,
      validation: judged(validation),
      test: judged(test),
    };
    return { job, close() {} };
  };
}

/** By name. Those of classes are judged by accuracy in percent, autoencoders by the MSE of what they give again. */
export const BASES = {
  mnist: ofProject('mnist', MNIST_CNN),
  fsdd: ofProject('fsdd', {
    dataset: {
      ...{ source: 'wav', path: data('fsdd/train'), test: data('fsdd/test'), classFrom: 'folder' },
      task: 'classification',
      window: { length: 5280, stride: 5280 },
      prepare: [
        { step: 'level', measure: 'rms', level: 0.1, silence: 0.01 },
        { step: 'spectrum', rate: 8000, window: 512, hop: 256, bands: 24, low: 100, floor: 1e-6 },
        { step: 'standard' },
      ],
      split: { by: 'stratified', ...shares },
      format: { rate: 8000, channels: 'mono', seconds: 0.66 },
    },
    model: {
      architecture: 'conv1d',
      filters: [24, 24, 32],
      kernel: [5, 3, 3],
      stride: [2, 2, 1],
      dropout: 0.2,
    },
    training: {
      ...ADAMW,
      epochs: 100,
      batchSize: 16,
      augment: [
        { type: 'shift', most: 0.15 },
        { type: 'noise', deviation: 0.2 },
      ],
    },
    quantization: QUANTIZATION,
  }),
  wand: ofProject('wand', {
    dataset: {
      ...{ source: 'csv', path: data('wand/train'), test: data('wand/test'), classFrom: 'file' },
      ...{ task: 'classification', recordingRows: 119, window: { length: 119, stride: 119 } },
      prepare: [{ step: 'standard' }],
      split: { by: 'stratified', ...shares },
    },
    model: { architecture: 'conv1d', filters: [8, 16, 16], kernel: 5, stride: 2 },
    training: { ...ADAMW, epochs: 300, batchSize: 8 },
    quantization: QUANTIZATION,
  }),
  'autoencoder-256': ofFile({
    // Its weights are drawn: it has never been an autoencoder.
    model: ['models', 'keras', 'autoencoder.h5'],
    samples: ofFramePairs,
    epochs: 300,
  }),
  'autoencoder-640': ofFile({
    model: ['models', 'mlperf-tiny', 'ad01.h5'],
    samples: ofFiles(['peer', 'ad01', 'ad01.x_calib.npy'], ['peer', 'ad01', 'ad01.x.npy']),
  }),
} as const satisfies Readonly<Record<string, Base>>;

export type BaseName = keyof typeof BASES;
