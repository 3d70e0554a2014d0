/** Files with smaller weights: TensorFlow Lite loads and runs them, and computes what the float model does. */

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/core/tensor.ts';
import { type FloatArray, recordAt } from '../../src/data/records/float-array.ts';
import { readNpyFloat32 } from '../../src/data/records/npy.ts';
import { readModel } from '../../src/formats/model-file.ts';
import { importTflite } from '../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { convertModel } from '../../src/models/convert/convert-model.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { loadRuntime } from './tflite-runtime.ts';

const runtime = loadRuntime();
const keras = sharedPath('models', 'keras');
const why = runtime.ok ? (keras === undefined ? NO_SHARED : '') : runtime.why;
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
  describe.each(NETWORKS)('$name', ({ name, half, range }) => {
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
});
