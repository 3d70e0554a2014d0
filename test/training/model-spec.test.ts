import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';

function topologyOf(layers: readonly object[], inputShape: readonly number[]): JsonObject {
  return toTopology(modelSpecSchema.parse({ layers }), inputShape);
}

function configsOf(topology: JsonObject): JsonObject[] {
  return ((topology.config as JsonObject).layers as JsonObject[]).map((layer) => layer.config as JsonObject);
}

test('the configuration has snake_case keys, defaults, and the input shape on the first layer', () => {
  const topology = topologyOf(
    [
      { type: 'Dense', units: 16, activation: 'relu' },
      { type: 'ReLU', maxValue: 6 },
    ],
    [3],
  );
  expect(topology).toEqual({
    class_name: 'Sequential',
    config: {
      name: 'sequential',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'dense',
            trainable: true,
            dtype: 'float32',
            batch_input_shape: [null, 3],
            units: 16,
            activation: 'relu',
            use_bias: true,
          },
        },
        { class_name: 'ReLU', config: { name: 're_lu', trainable: true, dtype: 'float32', max_value: 6 } },
      ],
    },
  });
});

test('layers without a name are numbered around the given names', () => {
  const dense = { type: 'Dense', units: 2 };
  const topology = topologyOf([dense, { ...dense, name: 'dense_1' }, dense, { type: 'Softmax' }, dense], [2]);
  expect(configsOf(topology).map(({ name }) => name)).toEqual([
    'dense',
    'dense_1',
    'dense_2',
    'softmax',
    'dense_3',
  ]);
});

test.each([
  ['a misspelt argument', [{ type: 'Dense', unit: 16 }]],
  ['an unknown layer', [{ type: 'Dens', units: 16 }]],
  ['a unit count that is no count', [{ type: 'Dense', units: 0 }]],
  ['an unknown activation', [{ type: 'Dense', units: 1, activation: 'gelu' }]],
  ['a name with a slash', [{ type: 'Dense', units: 1, name: 'a/b' }]],
  [
    'two layers of one name',
    [
      { type: 'Softmax', name: 'a' },
      { type: 'Softmax', name: 'a' },
    ],
  ],
  ['two open dimensions', [{ type: 'Reshape', targetShape: [-1, -1] }]],
  ['no layers', []],
])('%s is refused', (_, layers) => {
  expect(modelSpecSchema.safeParse({ layers }).success).toBe(false);
});

test("an inputShape that is not the data's is refused", () => {
  const spec = modelSpecSchema.parse({ inputShape: [4], layers: [{ type: 'Dense', units: 1 }] });
  expect(() => toTopology(spec, [3])).toThrow(
    'The model\'s "inputShape" is [4], but a sample of the dataset has shape [3].',
  );
  expect(configsOf(toTopology(spec, [4]))[0].batch_input_shape).toEqual([null, 4]);
});

test('a layer whose shape does not fit is named', () => {
  expect(() =>
    topologyOf(
      [
        { type: 'Dense', units: 12 },
        { type: 'Reshape', targetShape: [5, -1] },
      ],
      [3],
    ),
  ).toThrow('Layer "reshape": an input of shape [12] cannot become [5, -1].');
  expect(() => topologyOf([{ type: 'Flatten' }], [3])).toThrow(
    'Layer "flatten": an input of shape [3] is flat already.',
  );
  expect(() => topologyOf([{ type: 'Dense', units: 12 }], [])).toThrow(
    'Layer "dense": the input is a single number',
  );
});

test('an open dimension is filled in', () => {
  const topology = topologyOf([{ type: 'Reshape', targetShape: [2, -1] }], [6]);
  expect(configsOf(topology)[0].target_shape).toEqual([2, 3]);
});
