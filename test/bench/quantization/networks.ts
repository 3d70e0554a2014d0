/** The development networks of quantization: what they must reach, and what their files were before there were methods. */

import { createRandom } from '../../../src/core/random.ts';
import { type FloatArray, recordAt, recordLength } from '../../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { arrayRecords, type RecordSource } from '../../../src/data/records/records.ts';
import { readModel } from '../../../src/formats/model-file.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { sharedBytes } from '../shared.ts';

/** A file: bytes, operators, and bytes of the arena that TFLM's reference kernels need on a Cortex-M. */
export interface FileSize {
  readonly bytes: number;
  readonly operators: number;
  readonly arena: number;
}

/** One of the two int8 forms of a network: Dense layers with one weight scale, or with one for each unit. */
export interface NetworkForm {
  readonly densePerChannel: boolean;
  /** dB of TensorFlow 2.21's file of this form in TensorFlow Lite Micro. */
  readonly theirs?: number;
  /** dB that the default recipe must reach. */
  readonly reach: number;
  /** Of the file that tinyml wrote when weights were rounded one by one and biases corrected, at 52c14dd. */
  readonly before: FileSize;
}

const size = (bytes: number, operators: number, arena: number): FileSize => ({ bytes, operators, arena });

/** TensorFlow's files are per channel. */
function bothForms(theirs: number, reach: number, perTensor: FileSize, perChannel: FileSize): NetworkForm[] {
  return [
    { densePerChannel: true, theirs, reach, before: perChannel },
    { densePerChannel: false, reach, before: perTensor },
  ];
}

/** By their names in `../shared/peer`. */
export const NETWORK_FORMS: Readonly<Record<string, readonly NetworkForm[]>> = {
  sine: bothForms(22.98, 29, size(1188, 3, 1072), size(1500, 3, 1264)),
  cnn_bn_relu6: bothForms(24.55, 28, size(28722, 8, 22416), size(29638, 8, 22896)),
  dscnn: bothForms(15.7, 21, size(11402, 11, 9776), size(11586, 11, 9872)),
  residual: bothForms(23.04, 28, size(19396, 11, 43936), size(19484, 11, 44000)),
  conv1d_timeseries: bothForms(32.94, 36, size(7196, 10, 5072), size(7356, 10, 5232)),
  // Its only Dense layer becomes a convolution: one form.
  mobilenet_v1_025_96: [{ densePerChannel: true, theirs: 23, reach: 24, before: size(253636, 31, 100784) }],
  autoencoder: bothForms(20.5, 26, size(45750, 6, 1776), size(52494, 6, 7440)),
  ad01: [
    { densePerChannel: true, theirs: 41.01, reach: 46, before: size(292910, 10, 20208) },
    { densePerChannel: false, theirs: 31.6, reach: 36, before: size(273232, 10, 2704) },
  ],
};

export function labelOf(network: string, { densePerChannel }: NetworkForm): string {
  return densePerChannel ? network : `${network}, Dense per tensor`;
}

/** Records that calibrate, and others that judge. */
export interface Split {
  readonly calibration: RecordSource;
  readonly inputs: FloatArray;
  /** What the float model computes of them. */
  readonly outputs: FloatArray;
}

/** A development network as it was read, and its records. */
export interface Network {
  readonly graph: Graph;
  /** The recorded one, which Keras answered. */
  readonly official: Split;
  /** Two random ones of the same records, of the same sizes, which the float interpreter answers. */
  readonly others: readonly Split[];
}

const SEEDS = [1, 2];

interface PeerFiles {
  readonly x: string;
  readonly y: string;
  readonly x_calib: string;
  readonly h5: string;
}

const arrayAt = (path: string): FloatArray => readNpyFloat32(sharedBytes(path));

const noShards = (path: string): never => {
  throw new Error(`no shard ${path}`);
};

export function readNetwork(path: string): Promise<Graph> {
  return readModel(sharedBytes(path), { name: path, loadShard: noShards });
}

function pooled(arrays: readonly FloatArray[], indices: readonly number[]): FloatArray {
  const records = arrays.flatMap((array) =>
    Array.from({ length: array.shape[0] }, (_, index) => recordAt(array, index)),
  );
  const length = recordLength(arrays[0]);
  const data = new Float32Array(indices.length * length);
  for (const [row, index] of indices.entries()) data.set(records[index], row * length);
  return { shape: [indices.length, ...arrays[0].shape.slice(1)], data };
}

function otherSplit(float: Graph, arrays: readonly [FloatArray, FloatArray], seed: number): Split {
  const [calibrating, judging] = arrays.map(({ shape }) => shape[0]);
  const order = [...createRandom(seed, 'resplit').permutation(calibrating + judging)];
  const inputs = pooled(arrays, order.slice(calibrating));
  return {
    calibration: arrayRecords(pooled(arrays, order.slice(0, calibrating))),
    inputs,
    outputs: runReal(float, inputs),
  };
}

export async function loadNetwork(name: string): Promise<Network> {
  const { models } = JSON.parse(new TextDecoder().decode(sharedBytes('peer/tensorflow-2.21.json'))) as {
    models: Readonly<Record<string, { readonly files: PeerFiles }>>;
  };
  const { files } = models[name];
  const [calibrating, inputs] = [arrayAt(files.x_calib), arrayAt(files.x)];
  const graph = await readNetwork(files.h5);
  const float = simplifyFloat(graph);
  return {
    graph,
    official: { calibration: arrayRecords(calibrating), inputs, outputs: arrayAt(files.y) },
    others: SEEDS.map((seed) => otherSplit(float, [calibrating, inputs], seed)),
  };
}
