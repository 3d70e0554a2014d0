/** Every architecture: its layers, trained for an epoch, as int8, and run. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import { arrayRecords } from '../../src/data/records/records.ts';
import { importKeras } from '../../src/formats/keras/import.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { graphCost } from '../../src/ir/graph-cost.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { simplifyFloat } from '../../src/models/convert/lower.ts';
import { predictAll } from '../../src/models/run/predict-records.ts';
import { streamGraph } from '../../src/models/streaming/stream-graph.ts';
import { parseProject } from '../../src/stages/config.ts';
import type { NetworkOutput } from '../../src/training/architectures/architecture.ts';
import {
  ARCHITECTURE_NAMES,
  type ArchitectureName,
  architectureRow,
  expandArchitecture,
} from '../../src/training/architectures/index.ts';
import { createCompiledTrainer } from '../../src/training/compiled/engine.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import type { ModelSpec } from '../../src/training/model-spec.ts';
import { toTopology } from '../../src/training/model-spec.ts';
import { readTopology } from '../../src/training/topology.ts';
import { jobOf, train } from './compiled/job.ts';

const CLASSES: NetworkOutput = { task: 'classification', units: 5 };
const NUMBERS: NetworkOutput = { task: 'regression', units: 2 };

/**
 * Input, output, and how many weights and biases its defaults make of them: counted by hand, of MobileNet by Keras
 * (`MobileNet(alpha=0.25, include_top=False)`) without the output.
 */
const CASES: Readonly<Record<ArchitectureName, readonly [Shape, NetworkOutput, number]>> = {
  mlp: [[6], { task: 'classification', units: 1 }, 769],
  conv1d: [[119, 6], CLASSES, 2285],
  gru: [[119, 6], CLASSES, 1237],
  lstm: [[19, 6], CLASSES, 1557],
  ds_cnn: [[20, 12], CLASSES, 6277],
  cnn: [[28, 28], { task: 'classification', units: 10 }, 6898],
  mobilenet_v1: [[12, 12, 3], NUMBERS, 218_544 + 514],
  resnet8: [[8, 8, 3], CLASSES, 78_101],
  autoencoder: [[10, 8], { task: 'anomaly', units: 80 }, 4262],
};

function layersOf(model: object, input: Shape, output: NetworkOutput): ModelSpec {
  const { model: parsed } = parseProject(JSON.stringify({ model }));
  if ('layers' in parsed) throw new Error('no architecture');
  return expandArchitecture(parsed, input, output);
}

function weightCount(spec: ModelSpec, input: Shape): number {
  return readTopology(toTopology(spec, input))
    .flatMap(({ weights }) => weights)
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

function randomRecords(count: number, shape: Shape) {
  const random = createRandom(1, 'records');
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => random.normal());
  return arrayRecords({ data, shape: [count, ...shape] });
}

describe('architectures', () => {
  it('have the name that the project file knows them by', () => {
    for (const name of ARCHITECTURE_NAMES) {
      const [input, output] = CASES[name];
      expect(architectureRow(name).schema.parse({ architecture: name })).toHaveProperty('architecture', name);
      expect(layersOf({ architecture: name }, input, output).layers.every((layer) => layer.name)).toBe(true);
    }
  });

  it.each(ARCHITECTURE_NAMES)('%s trains, becomes int8, and gives what its task asks for', async (name) => {
    const [input, output, weights] = CASES[name];
    const spec = layersOf({ architecture: name }, input, output);
    expect(weightCount(spec, input)).toBe(weights);
    const job = jobOf(
      spec.layers,
      input,
      { epochs: 1, learningRate: 0.01 },
      output.units,
      output.task === 'classification' ? 'yes-no' : 'numbers',
    );
    const reconstructs = output.task === 'anomaly';
    const labelled = reconstructs
      ? {
          ...job,
          train: { x: job.train.x, y: 'input' as const },
          validation: { x: job.validation.x, y: 'input' as const },
        }
      : job;
    const { model } = await train(createCompiledTrainer('simd').trainer, labelled);
    const { bytes } = await convertModel(importKeras(model), {
      calibration: randomRecords(8, input),
      method: 'fast',
    });
    const given = await predictAll(readTflite(bytes).graph, randomRecords(3, input));
    expect(given.data.length).toBe(3 * output.units);
    expect(given.data.every(Number.isFinite)).toBe(true);
  });

  it.each<[object, Shape, NetworkOutput, number]>([
    [{ architecture: 'mlp' }, [9], { task: 'classification', units: 1 }, 3 * 1024],
    [{ architecture: 'conv1d' }, [119, 6], CLASSES, 8 * 1024],
    [{ architecture: 'cnn' }, [28, 28, 1], { task: 'classification', units: 10 }, 10_000],
    [{ architecture: 'autoencoder' }, [80], { task: 'anomaly', units: 80 }, 10 * 1024],
    [{ architecture: 'ds_cnn' }, [49, 24], { task: 'classification', units: 10 }, 20 * 1024],
  ])('%j of %j takes at most so many bytes', async (model, input, output, most) => {
    const topology = toTopology(layersOf(model, input, output), input);
    const random = createRandom(3, 'weights');
    // As different from each other as after training: equal constants are stored once.
    const weights = createInitialWeights(topology, 1).map(({ data, ...weight }) => ({
      ...weight,
      data: data.map(() => 0.1 + random.uniform()),
    }));
    const graph = importKeras({ topology, weights });
    const { bytes } = await convertModel(graph, { calibration: randomRecords(8, input) });
    expect(bytes.length).toBeLessThanOrEqual(most);
  });

  it.each([
    [{ architecture: 'ds_cnn', padding: 'valid' }, [49, 24]],
    [{ architecture: 'conv1d', padding: 'valid' }, [119, 6]],
  ])('%j of %j computes new rows of a stream alone, but for its end', (model, input) => {
    const topology = toTopology(layersOf(model, input, CLASSES), input);
    const graph = importKeras({ topology, weights: createInitialWeights(topology, 1) });
    const streamed = streamGraph(simplifyFloat(graph), 8);
    if (!('graph' in streamed)) throw new Error(streamed.why);
    expect(graphCost(streamed.graph).macs).toBeLessThan(graphCost(graph).macs / 3);
  });

  it('end as their task wants it', () => {
    const last = (task: NetworkOutput['task'], units: number) =>
      layersOf({ architecture: 'conv1d' }, [20, 2], { task, units }).layers.at(-1);
    expect(last('classification', 1)).toMatchObject({ name: 'output', units: 1, activation: 'sigmoid' });
    expect(last('classification', 3)).toMatchObject({ units: 3, activation: 'softmax' });
    expect(last('regression', 3)).toMatchObject({ units: 3, activation: 'linear' });
  });

  it('take their knobs', () => {
    const units = (model: object) =>
      layersOf({ architecture: 'mlp', ...model }, [4, 2], NUMBERS).layers.map((layer) =>
        layer.type === 'Dense' ? layer.units : layer.type,
      );
    expect(units({ units: [7, 5, 3] })).toEqual(['Flatten', 7, 5, 3, 2]);
    expect(units({ width: 9, depth: 3 })).toEqual(['Flatten', 9, 9, 9, 2]);
    expect(units({ depth: 1, dropout: 0.5 })).toEqual(['Flatten', 32, 'Dropout', 2]);
    expect(
      layersOf({ architecture: 'conv1d', filters: [3, 4], kernel: [7, 3], stride: 4 }, [99], NUMBERS).layers,
    ).toMatchObject([
      { type: 'Reshape', targetShape: [99, 1] },
      { filters: 3, kernelSize: 7, strides: 4 },
      { filters: 4, kernelSize: 3, strides: 4 },
      {},
      {},
    ]);
    expect(
      layersOf({ architecture: 'gru', units: [9, 7] }, [70], { task: 'classification', units: 1 }).layers,
    ).toMatchObject([
      { type: 'Reshape', targetShape: [70, 1] },
      { type: 'AveragePooling1D', poolSize: 3 },
      { type: 'GRU', units: 9, returnSequences: true },
      { type: 'GRU', units: 7, returnSequences: false },
      { activation: 'sigmoid' },
    ]);
    expect(layersOf({ architecture: 'lstm', pool: 1 }, [70, 2], NUMBERS).layers[0].type).toBe('LSTM');
  });

  it.each<[object, Shape, NetworkOutput, string]>([
    [
      { architecture: 'conv1d' },
      [8, 8, 3],
      CLASSES,
      'Architecture "conv1d": a sample must have the shape [steps, channels], but one of the dataset has [8, 8, 3].',
    ],
    [
      { architecture: 'cnn' },
      [64],
      CLASSES,
      'Architecture "cnn": a sample must have the shape [height, width, channels] or [height, width]',
    ],
    [
      { architecture: 'autoencoder' },
      [64],
      CLASSES,
      'The architecture "autoencoder" gives its input again, but the task is classification.',
    ],
    [
      { architecture: 'mlp' },
      [4],
      { task: 'anomaly', units: 4 },
      'The architecture "mlp" predicts targets, but the task "anomaly" gives its input again.',
    ],
    [
      { architecture: 'autoencoder' },
      [300, 300, 3],
      { task: 'anomaly', units: 270_000 },
      'The architecture "autoencoder" would have 270000 outputs, but at most 65536 are possible.',
    ],
  ])('%j of %j for %j is refused', (model, input, output, sentence) => {
    expect(() => layersOf(model, input, output)).toThrow(sentence);
  });

  it('keep to the limits of layers, whatever the width and the picture', () => {
    const one = { architecture: 'resnet8', filters: 1024, dropout: 0 } as const;
    const spec = expandArchitecture(one, [8, 8, 1], CLASSES, 64);
    expect(spec.layers.find(({ name }) => name === 'block_3_conv_1')).toHaveProperty('filters', 65_536);
    const many = expandArchitecture({ architecture: 'gru', units: [1000], dropout: 0 }, [8, 2], CLASSES, 64);
    expect(many.layers[0]).toHaveProperty('units', 1024);
    const wide = layersOf({ architecture: 'cnn', filters: [1] }, [9000, 20], CLASSES);
    expect(wide.layers.find(({ name }) => name === 'mean')).toHaveProperty('poolSize', [1024, 3]);
  });

  it('take the smallest samples', () => {
    for (const name of ARCHITECTURE_NAMES) {
      const [{ length }, output] = CASES[name];
      const input = new Array<number>(length).fill(1);
      expect(() => toTopology(layersOf({ architecture: name }, input, output), input)).not.toThrow();
    }
  });
});
