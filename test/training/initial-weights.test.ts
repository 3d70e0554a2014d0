import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

function topologyOf(layers: readonly object[], inputShape: readonly number[]): JsonObject {
  return toTopology(modelSpecSchema.parse({ layers }), inputShape);
}

const twoLayers = topologyOf(
  [
    { type: 'Flatten' },
    { type: 'Dense', units: 200, activation: 'relu' },
    { type: 'Reshape', targetShape: [20, -1] },
    { type: 'Dense', units: 4, useBias: false, name: 'head' },
  ],
  [10, 5],
);

test('weights are named and shaped by the layers', () => {
  const weights = createInitialWeights(twoLayers, 1);
  expect(weights.map(({ name, shape, data }) => [name, shape, data.length])).toEqual([
    ['dense/kernel', [50, 200], 10000],
    ['dense/bias', [200], 200],
    ['head/kernel', [10, 4], 40],
  ]);
});

test('kernels are uniform within the Glorot limit, biases are zero', () => {
  const [kernel, bias] = createInitialWeights(twoLayers, 1);
  const limit = Math.sqrt(6 / 250);
  const variance = kernel.data.reduce((sum, value) => sum + value * value, 0) / kernel.data.length;
  expect(Math.max(...kernel.data)).toBeLessThanOrEqual(limit);
  expect(Math.min(...kernel.data)).toBeGreaterThanOrEqual(-limit);
  expect(variance).toBeCloseTo(limit ** 2 / 3, 3);
  expect(bias.data.every((value) => value === 0)).toBe(true);
});

test('the seed alone decides', () => {
  expect(createInitialWeights(twoLayers, 7)).toEqual(createInitialWeights(twoLayers, 7));
  expect(createInitialWeights(twoLayers, 7)).not.toEqual(createInitialWeights(twoLayers, 8));
});

test('what cannot be initialized is named', () => {
  const conv3d = {
    class_name: 'Sequential',
    config: { layers: [{ class_name: 'Conv3D', config: { name: 'l', batch_input_shape: [null, 3] } }] },
  };
  expect(() => createInitialWeights(conv3d, 1)).toThrow(
    'Layer "l": tinyml cannot initialize layers of type Conv3D.',
  );
  expect(() => createInitialWeights({ class_name: 'Functional', config: {} }, 1)).toThrow(
    'neither a Sequential model',
  );
  const huge = topologyOf(
    [
      { type: 'Dense', units: 65536 },
      { type: 'Dense', units: 65536 },
    ],
    [1],
  );
  expect(() => createInitialWeights(huge, 1)).toThrow('Layer "dense_1": the model has more than');
});
