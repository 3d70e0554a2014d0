import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dataFromBytes, elementCount } from '../../../src/core/tensor.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { floatPasses } from '../../../src/passes/pipelines.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

interface Records {
  readonly count: number;
  /** Of one record. */
  readonly length: number;
  readonly data: Float32Array;
}

function npyRecords(path: string): Records {
  const { shape, data } = readNpyFloat32(readFileSync(path));
  return { count: shape[0], length: elementCount(shape.slice(1)), data };
}

function rawRecords(path: string, length: number): Records {
  const data = dataFromBytes('float32', readFileSync(path)) as Float32Array;
  return { count: data.length / length, length, data };
}

function noShard(): Uint8Array {
  throw new Error('asked for a weight file');
}

function largestOf(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

interface Deviation {
  readonly imported: number;
  readonly folded: number;
}

/** The largest difference of a record, relative to the largest expected value of that record. */
function worstDifference(graph: Graph, inputs: Records, outputs: Records): number {
  const interpreter = createInterpreter(graph);
  expect(outputs.count).toBe(inputs.count);
  // A single number can be as close to 0 as it likes; there the scale is that of all records.
  const common = outputs.length === 1 ? largestOf(outputs.data) : 0;
  let worst = 0;
  for (let record = 0; record < inputs.count; record++) {
    const input = inputs.data.slice(record * inputs.length, (record + 1) * inputs.length);
    const expected = outputs.data.subarray(record * outputs.length, (record + 1) * outputs.length);
    const [output] = interpreter.invoke([input]) as readonly [Float32Array];
    expect(output.length).toBe(expected.length);
    const difference = output.map((value, index) => value - expected[index]);
    worst = Math.max(worst, largestOf(difference) / Math.max(common, largestOf(expected)));
  }
  return worst;
}

async function deviation(model: string, inputs: Records, outputs: Records): Promise<Deviation> {
  const graph = await readModel(readFileSync(model), { name: model, loadShard: noShard });
  return {
    imported: worstDifference(graph, inputs, outputs),
    folded: worstDifference(runPasses(graph, floatPasses), inputs, outputs),
  };
}

/**
 * The interpreter adds in TensorFlow Lite Micro's order, Keras in others; batch normalization as two operators of its
 * own rounds twice more than folded.
 */
const NETWORKS = [
  ['sine', 1e-5, 1e-5],
  ['cnn_bn_relu6', 1e-5, 1e-5],
  ['dscnn', 1.1e-5, 1e-5],
  ['residual', 1e-5, 1e-5],
  ['conv1d_timeseries', 1e-5, 1e-5],
  ['mobilenet_v1_025_96', 1e-4, 1e-4],
  ['autoencoder', 1e-5, 1e-5],
] as const;

const cases = NETWORKS.flatMap(([name, imported, folded]) =>
  ['h5', 'keras'].map((extension) => ({ name, extension, imported, folded })),
);

test.for(cases)('$name as .$extension computes what Keras computes', async (network, { skip }) => {
  const { name, extension } = network;
  const model = sharedPath('models/keras', `${name}.${extension}`);
  const x = sharedPath('models/keras', `${name}.x.npy`);
  const y = sharedPath('models/keras', `${name}.y.npy`);
  if (model === undefined || x === undefined || y === undefined) return skip(NO_SHARED);
  const { imported, folded } = await deviation(model, npyRecords(x), npyRecords(y));
  expect(imported).toBeLessThanOrEqual(network.imported);
  expect(folded).toBeLessThanOrEqual(network.folded);
});

test('ad01.h5 of MLPerf Tiny, saved by Keras 2.4, computes what TensorFlow computes', async ({ skip }) => {
  const model = sharedPath('models/mlperf-tiny/ad01.h5');
  const x = sharedPath('peer/ad01/ad01.x.npy');
  const y = sharedPath('peer/ad01/ad01.y.npy');
  if (model === undefined || x === undefined || y === undefined) return skip(NO_SHARED);
  const { imported, folded } = await deviation(model, npyRecords(x), npyRecords(y));
  // In one window TensorFlow's own rounding is 3e-5 away from the same sums in double precision.
  expect(imported).toBeLessThanOrEqual(5e-5);
  expect(folded).toBeLessThanOrEqual(5e-5);
});

test('vww_96.h5 of MLPerf Tiny computes what its .tflite file computes', async ({ skip }) => {
  const model = sharedPath('models/mlperf-tiny/vww_96.h5');
  const golden = sharedPath('golden/models/vww_96_float');
  if (model === undefined || golden === undefined) return skip(NO_SHARED);
  const inputs = rawRecords(`${golden}/input.bin`, 96 * 96 * 3);
  const outputs = rawRecords(`${golden}/output.bin`, 2);
  const { imported, folded } = await deviation(model, inputs, outputs);
  expect(imported).toBeLessThanOrEqual(1e-5);
  expect(folded).toBeLessThanOrEqual(1e-5);
});
