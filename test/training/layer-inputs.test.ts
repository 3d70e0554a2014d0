import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { createInitialWeights } from '../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../src/training/model-spec.ts';
import { readTopology } from '../../src/training/topology.ts';

const topologyOf = (...layers: object[]): JsonObject => toTopology(modelSpecSchema.parse({ layers }), [4, 4]);

const dense = (name: string, ...inputs: string[]): object => ({
  type: 'Dense',
  units: 4,
  name,
  ...(inputs.length === 0 ? {} : { inputs }),
});
const add = (...inputs: string[]): object => ({ type: 'Add', inputs });

describe('branches of a project file', () => {
  it('become the Functional model of Keras', () => {
    expect(topologyOf(dense('a'), dense('b'), add('a', 'b', 'input'))).toEqual({
      class_name: 'Functional',
      config: {
        name: 'model',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'input',
            config: { name: 'input', batch_input_shape: [null, 4, 4], dtype: 'float32', sparse: false },
            inbound_nodes: [],
          },
          ...[
            ['a', 'input'],
            ['b', 'a'],
          ].map(([name, input]) => ({
            class_name: 'Dense',
            name,
            config: {
              name,
              trainable: true,
              dtype: 'float32',
              units: 4,
              activation: 'linear',
              use_bias: true,
            },
            inbound_nodes: [[[input, 0, 0, {}]]],
          })),
          {
            class_name: 'Add',
            name: 'add',
            config: { name: 'add', trainable: true, dtype: 'float32' },
            inbound_nodes: [
              [
                ['a', 0, 0, {}],
                ['b', 0, 0, {}],
                ['input', 0, 0, {}],
              ],
            ],
          },
        ],
        input_layers: [['input', 0, 0]],
        output_layers: [['add', 0, 0]],
      },
    });
  });

  it('are read back with what each layer reads', () => {
    const layers = readTopology(
      topologyOf(
        dense('a'),
        dense('b', 'input'),
        { type: 'Concatenate', inputs: ['b', 'input', 'a'] },
        dense('c'),
      ),
    );
    expect(layers.map(({ name, inputs, outputShape }) => [name, inputs, outputShape])).toEqual([
      ['a', [-1], [4, 4]],
      ['b', [-1], [4, 4]],
      ['concatenate', [1, -1, 0], [4, 12]],
      ['c', [2], [4, 4]],
    ]);
    expect(layers[3].weights[0].shape).toEqual([12, 4]);
  });

  it('that are none leave the model Sequential, and its bytes as they were', () => {
    const plain = topologyOf(dense('a'), dense('b'));
    expect(topologyOf(dense('a', 'input'), dense('b', 'a'))).toEqual(plain);
    expect(plain.class_name).toBe('Sequential');
    expect(createInitialWeights(topologyOf(dense('a'), dense('b', 'a')), 1)).toEqual(
      createInitialWeights(plain, 1),
    );
    // A layer may go by the name of the input where nothing asks for it.
    expect(topologyOf(dense('input')).class_name).toBe('Sequential');
  });
});

describe('branches that make no model are refused', () => {
  it.each<[string, object[], string]>([
    ['an unknown layer', [dense('a'), dense('b', 'A')], 'Layer "b" reads "A", but no layer has that name.'],
    ['a later layer', [dense('a', 'b'), dense('b')], 'Layer "a" reads "b", which is not computed before it'],
    ['a cycle of one', [dense('a', 'a')], 'Layer "a" reads "a", which is not computed before it'],
    ['a merge of one', [dense('a'), { type: 'Add' }], 'Layer "add" merges two inputs or more, but reads 1.'],
    ['two inputs of a layer for one', [dense('a'), dense('b', 'a', 'input')], 'Layer "b" reads one input'],
    [
      'a branch that ends',
      [dense('a'), dense('b'), dense('c', 'a')],
      'No layer reads the output of layer "b".',
    ],
    ['a layer named input', [dense('input'), dense('b'), add('input', 'b')], 'A layer has the name "input"'],
    [
      'a sum of different shapes',
      [dense('a'), { type: 'Dense', units: 5, name: 'b' }, add('a', 'b')],
      'Layer "add": its inputs have the shapes [4, 4] and [4, 5], but they must be the same.',
    ],
    [
      'images of different size behind each other',
      [dense('a'), { type: 'Flatten', name: 'b' }, { type: 'Concatenate', inputs: ['a', 'b'] }],
      'Layer "concatenate": its inputs have the shapes [4, 4] and [16], but only the last dimension may differ.',
    ],
  ])('%s', (_, layers, message) => {
    expect(() => topologyOf(...layers)).toThrow(message);
  });

  it('and so are no inputs', () => {
    expect(modelSpecSchema.safeParse({ layers: [{ ...dense('a'), inputs: [] }] }).success).toBe(false);
    expect(modelSpecSchema.safeParse({ layers: [{ ...dense('a'), inputs: 'input' }] }).success).toBe(false);
  });
});

it('a Functional model that reads what comes later is refused when it is read back', () => {
  const topology = topologyOf(dense('a'), dense('b'), add('a', 'b'));
  const { layers } = topology.config as { layers: JsonObject[] };
  const turned = [layers[0], layers[2], layers[1], layers[3]];
  expect(() => readTopology({ ...topology, config: { layers: turned } } as unknown as JsonObject)).toThrow(
    'nor a Functional one whose layers are listed from its input to its output',
  );
});
