import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function drawn(label: string, shape: Shape): Float32Array {
  const random = createRandom(4, label);
  return Float32Array.from({ length: elementCount(shape) }, () => random.normal());
}

function outputOf(className: string, config: JsonObject, shape: Shape, weights: readonly NamedWeight[] = []) {
  const layers = [
    { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, ...shape] } },
    { class_name: className, config: { name: 'l', ...config } },
  ] as const;
  const topology: JsonObject = {
    class_name: 'Sequential',
    config: { name: 's', layers },
    keras_version: '3.5.0',
  };
  const interpreter = createInterpreter(importKeras({ topology, weights }));
  const [output] = interpreter.invoke([drawn('x', shape)]) as readonly [Float32Array];
  return { output, shape: interpreter.outputs[0].shape };
}

const IMAGE = [5, 6, 2] as const;
const image = (): tf.Tensor4D => tf.tensor4d(drawn('x', IMAGE), [1, ...IMAGE]);

function expectTensor({ output, shape }: ReturnType<typeof outputOf>, expected: tf.Tensor): void {
  expect(shape).toEqual(expected.shape);
  for (const [index, value] of expected.dataSync().entries()) expect(output[index]).toBeCloseTo(value, 5);
}

describe('images of another size', () => {
  it.each([
    [3, 4],
    [5, 6],
    [2, 3],
  ])('CenterCrop keeps the middle %i × %i', (height, width) => {
    const [top, left] = [Math.floor((5 - height) / 2), Math.floor((6 - width) / 2)];
    const expected = tf.slice(image(), [0, top, left, 0], [1, height, width, 2]);
    expectTensor(outputOf('CenterCrop', { height, width }, IMAGE), expected);
  });

  it('CenterCrop of what is smaller is refused', () => {
    expect(() => outputOf('CenterCrop', { height: 6, width: 2 }, IMAGE)).toThrow(
      'it cuts 6 × 2 from [1, 5, 6, 2], which is smaller.',
    );
  });

  it.each([
    [10, 12],
    [7, 3],
    [2, 2],
  ])('Resizing to %i × %i goes from the middles of pixels', (height, width) => {
    const size = [height, width] as [number, number];
    expectTensor(
      outputOf('Resizing', { height, width }, IMAGE),
      tf.image.resizeBilinear(image(), size, false, true),
    );
    expectTensor(
      outputOf('Resizing', { height, width, interpolation: 'nearest' }, IMAGE),
      tf.image.resizeNearestNeighbor(image(), size, false, true),
    );
  });

  it.each([
    [{ interpolation: 'bicubic' }, 'its "interpolation" is "bicubic".'],
    [{ crop_to_aspect_ratio: true }, 'its "crop_to_aspect_ratio" is true.'],
    [{ pad_to_aspect_ratio: true }, 'its "pad_to_aspect_ratio" is true.'],
    [{ antialias: true }, 'its "antialias" is true.'],
    [{ height: 0 }, '"height" is 0'],
    [{ height: 1e9 }, 'no microcontroller holds it'],
  ] as const)('Resizing with %j is refused', (config, message) => {
    expect(() => outputOf('Resizing', { height: 4, width: 4, ...config }, IMAGE)).toThrow(message);
  });
});

it.each([
  ['same', 2, 3],
  ['valid', 2, 3],
  ['valid', 3, 2],
] as const)(
  'Conv1DTranspose (%s, strides of %i, a window of %i) is that of an image of height 1',
  (padding, stride, size) => {
    const [steps, depth, filters] = [4, 3, 2];
    const weights = [
      { name: 'l/kernel', shape: [size, filters, depth], data: drawn('kernel', [size, filters, depth]) },
      { name: 'l/bias', shape: [filters], data: drawn('bias', [filters]) },
    ];
    const config = { filters, kernel_size: [size], strides: [stride], padding };
    const made = outputOf('Conv1DTranspose', config, [steps, depth], weights);
    const length = steps * stride + (padding === 'same' ? 0 : Math.max(size - stride, 0));
    const x = tf.tensor4d(drawn('x', [steps, depth]), [1, 1, steps, depth]);
    const kernel = tf.tensor4d(weights[0].data, [1, size, filters, depth]);
    const sums = tf.conv2dTranspose(x, kernel, [1, 1, length, filters], [1, stride], padding);
    expectTensor(made, tf.reshape(tf.add(sums, tf.tensor1d(weights[1].data)), [1, length, filters]));
  },
);
