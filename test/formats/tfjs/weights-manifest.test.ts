import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { bytesOf } from '../../../src/core/tensor.ts';
import { damagedModel, manifestSchema, readWeights } from '../../../src/formats/tfjs/weights-manifest.ts';

const damaged = damagedModel('model', 'Export it again.');
const CONTENT = Uint8Array.from({ length: 24 }, (_, index) => createRandom(3, `byte ${index}`).below(256));

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function read(weights: readonly object[], content: Uint8Array) {
  return readWeights(manifestSchema.parse([{ paths: ['w'], weights }]), () => content, damaged);
}

describe('weights of TensorFlow.js', () => {
  it.each([
    ['uint8', 'float32', 24, { scale: 0.017, min: -2.3 }],
    ['uint16', 'float32', 12, { scale: 1.1e-4, min: -3 }],
    ['uint8', 'int32', 24, { scale: 3.7, min: -400 }],
    ['uint16', 'int32', 12, { scale: 0.5, min: 3 }],
    ['float16', 'float32', 12, {}],
  ] as const)(
    'of %s that were %s are what TensorFlow.js makes of them',
    async (stored, dtype, count, numbers) => {
      const entry = { name: 'w', shape: [count / 2, 2], dtype, quantization: { dtype: stored, ...numbers } };
      const halves = Uint8Array.from(CONTENT, (byte, index) =>
        stored === 'float16' && index % 2 ? byte & 0x3f : byte,
      );
      const decoded = await tf.io.decodeWeights(halves.slice().buffer, [entry as tf.io.WeightsManifestEntry]);
      const [{ shape, data, dtype: found }] = read([entry], halves);
      expect({ shape, dtype: found }).toEqual({ shape: [count / 2, 2], dtype });
      expect(Array.from(data, Number)).toEqual([...decoded.w.dataSync()]);
    },
  );

  it('takes them from one file, one behind the other', () => {
    const quantization = { dtype: 'uint8', scale: 2, min: -1 } as const;
    const weights = [
      { name: 'a', shape: [3], dtype: 'float32', quantization },
      { name: 'b', shape: [1], dtype: 'float32' },
    ];
    const content = Uint8Array.of(0, 1, 2, ...bytesOf(Float32Array.of(0.5)));
    expect(read(weights, content).map(({ data }) => [...data])).toEqual([[-1, 1, 3], [0.5]]);
  });

  it.each([
    [{ dtype: 'float32', quantization: { dtype: 'uint8', min: 0 } }, 'stored as uint8'],
    [{ dtype: 'float32', quantization: { dtype: 'int4', scale: 1, min: 0 } }, 'stored as int4'],
    [{ dtype: 'int32', quantization: { dtype: 'float16' } }, 'int32 stored as float16'],
    [{ dtype: 'bool', quantization: { dtype: 'uint8', scale: 1, min: 0 } }, 'bool stored as uint8'],
    [{ dtype: 'complex64' }, 'is complex64'],
    [{ dtype: 'constructor' }, 'is constructor'],
  ])('refuses %o', (entry, message) => {
    expect(() => read([{ name: 'w', shape: [1], ...entry }], Uint8Array.of(1))).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(message) }),
    );
  });
});
