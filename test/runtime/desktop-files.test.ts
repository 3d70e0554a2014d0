/** Files with smaller weights: TensorFlow Lite loads and runs them, and computes what the float model does. */

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import { bytesOf, elementCount } from '../../src/core/tensor.ts';
import { type FloatArray, recordAt } from '../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { readModel } from '../../src/formats/model-file.ts';
import { importTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { type FloatBuilder, graphOf } from '../passes/run-pass.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { loadRuntime } from './tflite-runtime.ts';

const runtime = loadRuntime();
const keras = sharedPath('models', 'keras');
const why = runtime.ok ? '' : runtime.why;
/** Of each network, spread over all that there are. */
const RECORDS = 16;

/**
 * The shares of the float file that the smaller ones take, and dB against float32 as they were measured, less 1, for its
 * kernels differ with the processor. Most weights of dscnn and many of conv1d_timeseries have less than the 1,024 elements
 * with which dynamic range begins, and all of sine.
 */
const NETWORKS = [
  { name: 'autoencoder', half: { share: 0.51, decibels: 53 }, range: { share: 0.29, decibels: 24 } },
  { name: 'cnn_bn_relu6', half: { share: 0.52, decibels: 54 }, range: { share: 0.3, decibels: 30 } },
  { name: 'conv1d_timeseries', half: { share: 0.58, decibels: 60 }, range: { share: 0.53, decibels: 37 } },
  { name: 'dscnn', half: { share: 0.59, decibels: 41 }, range: { share: 0.83, decibels: 32 } },
  { name: 'mobilenet_v1_025_96', half: { share: 0.51, decibels: 46 }, range: { share: 0.3, decibels: 33 } },
  { name: 'residual', half: { share: 0.53, decibels: 59 }, range: { share: 0.32, decibels: 33 } },
  { name: 'sine', half: { share: 0.84, decibels: 51 }, range: { share: 1, decibels: 120 } },
];

function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

describe.skipIf(why !== '')(`TensorFlow Lite${why === '' ? '' : `: ${why}`}`, () => {
  describe.skipIf(keras === undefined).each(NETWORKS)(`$name (${NO_SHARED})`, ({ name, half, range }) => {
    let graph: Graph;
    let records: readonly Float32Array[];
    let plain: Uint8Array;

    beforeAll(async () => {
      graph = await readModel(readFileSync(`${keras}/${name}.h5`), { name });
      const x: FloatArray = readNpyFloat32(readFileSync(`${keras}/${name}.x.npy`));
      records = Array.from({ length: RECORDS }, (_, index) =>
        recordAt(x, Math.floor((index * x.shape[0]) / RECORDS)),
      );
      plain = (await convertModel(graph, { type: 'float' })).bytes;
    });

    function computed(model: Uint8Array): Float32Array {
      if (!runtime.ok) throw new Error(runtime.why);
      const opened = runtime.open(model);
      try {
        const outputs = records.map((record) => {
          opened.setInputs([bytesOf(record)]);
          opened.invoke();
          return opened.outputs()[0];
        });
        return floatsOf(Buffer.concat(outputs));
      } finally {
        opened.close();
      }
    }

    /** In float32, by tinyml. */
    function meant(of: Graph): Float32Array {
      const interpreter = createInterpreter(of);
      return Float32Array.from(
        records.flatMap((record) => Array.from(interpreter.invoke([record])[0], Number)),
      );
    }

    it('float16: in half the bytes, what the rounded weights make in float32', async () => {
      const { bytes } = await convertModel(graph, { weights: 'float16' });
      const theirs = computed(bytes);
      expect(bytes.length / plain.length).toBeLessThan(half.share);
      expect(sqnr(theirs, meant(importTflite(bytes)))).toBeGreaterThan(100);
      expect(sqnr(theirs, meant(graph))).toBeGreaterThan(half.decibels);
    });

    it('dynamic range: in a quarter of the bytes, with little noise', async () => {
      const { bytes } = await convertModel(graph, { weights: 'dynamic-range' });
      const theirs = computed(bytes);
      expect(bytes.length / plain.length).toBeLessThanOrEqual(range.share);
      expect(sqnr(theirs, meant(graph))).toBeGreaterThan(range.decibels);
    });
  });

  const window = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'relu' } as const;
  it.each<readonly [string, (b: FloatBuilder) => number]>([
    ['a CONV_2D with dilation', (b) => b.conv('y', b.in('x', 1, 12, 12, 8), 16, 3, { dilation: 2 })],
    [
      'a CONV_2D without a bias',
      (b) => b.add('conv_2d', 'y', window, [b.in('x', 1, 6, 6, 16), b.const('w', [32, 3, 3, 16])]),
    ],
    [
      'a DEPTHWISE_CONV_2D of several filters a channel, with dilation and without a bias',
      (b) =>
        b.add('depthwise_conv_2d', 'y', { ...window, dilations: [2, 2], depthMultiplier: 2 }, [
          b.in('x', 1, 9, 9, 64),
          b.const('w', [1, 3, 3, 128]),
        ]),
    ],
    [
      'a FULLY_CONNECTED that keeps its axes, without a bias',
      (b) =>
        b.add('fully_connected', 'y', { activation: 'none', keepNumDims: true }, [
          b.in('x', 1, 3, 64),
          b.const('w', [16, 64]),
        ]),
    ],
    [
      'a TRANSPOSE_CONV, whose weights stay float32',
      (b) =>
        b.add(
          'transpose_conv',
          'y',
          { padding: 'valid', strides: [2, 2], outputShape: [1, 8, 8, 16], activation: 'none' },
          [b.in('x', 1, 4, 4, 16), b.const('w', [16, 2, 2, 16])],
        ),
    ],
  ])('runs %s, in both forms', async (_, build) => {
    if (!runtime.ok) throw new Error(runtime.why);
    const graph = graphOf((b) => [build(b)]);
    const random = createRandom(23, 'desktop');
    const input = Float32Array.from(
      { length: elementCount(getValue(graph, graph.inputs[0]).type.shape) },
      () => random.normal(),
    );
    const meant = createInterpreter(graph).invoke([input])[0] as Float32Array;
    for (const [weights, decibels] of [
      ['float16', 60],
      ['dynamic-range', 35],
    ] as const) {
      const { bytes } = await convertModel(graph, { weights });
      const [theirs] = runtime.run(bytes, [bytesOf(input)]);
      expect(sqnr(floatsOf(theirs), meant)).toBeGreaterThan(decibels);
    }
  });
});
