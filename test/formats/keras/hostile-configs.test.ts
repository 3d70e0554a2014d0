/** Layers whose configuration somebody has damaged: they are read, or refused with a sentence, soon. */

import { expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';

const HOSTILE: readonly JsonValue[] = [
  ...[0, -1, 1, 2, 99, 1.5, 1e9, 2 ** 31, -(2 ** 40), 1e300, null, true, '', 'abc,cd->abd', '->', ',,,'],
  [],
  [0],
  [1, 1],
  [99, -99],
  [null, 1e9],
  [[1], [2]],
  {},
  { class_name: 'Dense' },
];

interface Row {
  readonly className: string;
  readonly config: JsonObject;
  readonly keywords?: JsonObject;
  readonly weights: Readonly<Record<string, Shape>>;
}

const heads = (name: string, shape: Shape) => ({
  [`${name}/kernel`]: shape,
  [`${name}/bias`]: shape.slice(1),
});

const ROWS: readonly Row[] = [
  {
    className: 'LayerNormalization',
    config: { axis: -1, epsilon: 0.1, center: true, scale: true, rms_scaling: false },
    weights: { gamma: [4], beta: [4] },
  },
  {
    className: 'GroupNormalization',
    config: { groups: 2, axis: -1, epsilon: 0.1, center: true, scale: true },
    weights: { gamma: [4], beta: [4] },
  },
  { className: 'RMSNormalization', config: { axis: -1, epsilon: 0.1 }, weights: { scale: [4] } },
  { className: 'UnitNormalization', config: { axis: -1 }, weights: {} },
  { className: 'Softmax', config: { axis: -1 }, weights: {} },
  {
    className: 'SpectralNormalization',
    config: { layer: { class_name: 'Dense', config: { units: 2, use_bias: false } } },
    weights: { kernel: [4, 2] },
  },
  {
    className: 'EinsumDense',
    config: { equation: 'abc,cd->abd', output_shape: [3, 5], bias_axes: 'd', activation: 'relu' },
    weights: { kernel: [4, 5], bias: [5] },
  },
  { className: 'Dot', config: { axes: -1, normalize: true }, weights: {} },
  {
    className: 'Attention',
    config: { use_scale: true, score_mode: 'concat', causal: false },
    keywords: { use_causal_mask: true },
    weights: { scale: [], concat_score_weight: [] },
  },
  {
    className: 'AdditiveAttention',
    config: { use_scale: true },
    keywords: { use_causal_mask: true },
    weights: { scale: [4] },
  },
  {
    className: 'MultiHeadAttention',
    config: {
      num_heads: 2,
      key_dim: 3,
      value_dim: null,
      output_shape: null,
      attention_axes: null,
      use_bias: true,
      use_gate: false,
      sliding_window: null,
    },
    keywords: { use_causal_mask: true, value: ['in', 0, 0] },
    weights: {
      ...heads('query', [4, 2, 3]),
      ...heads('key', [4, 2, 3]),
      ...heads('value', [4, 2, 3]),
      ...heads('gate', [4, 2, 3]),
      'attention_output/kernel': [2, 3, 4],
      'attention_output/bias': [4],
    },
  },
  {
    className: 'GroupedQueryAttention',
    config: { num_query_heads: 2, num_key_value_heads: 1, head_dim: 3, use_bias: true },
    keywords: { value: ['in', 0, 0] },
    weights: {
      ...heads('query', [4, 2, 3]),
      ...heads('key', [4, 1, 3]),
      ...heads('value', [4, 1, 3]),
      'attention_output/kernel': [2, 3, 4],
      'attention_output/bias': [4],
    },
  },
];

function damaged(members: JsonObject, random: Random): JsonObject {
  const keys = Object.keys(members);
  const key = keys[random.below(keys.length)];
  return key === undefined ? members : { ...members, [key]: HOSTILE[random.below(HOSTILE.length)] };
}

function imported({ className, config, keywords = {}, weights }: Row): void {
  const inputs = ['Dot', 'Attention', 'AdditiveAttention'].includes(className) ? ['in', 'in'] : ['in'];
  const call = inputs.map((name, index) => [name, 0, 0, index === 0 ? keywords : {}]);
  const layers: readonly JsonObject[] = [
    {
      class_name: 'InputLayer',
      name: 'in',
      config: { name: 'in', batch_shape: [null, 3, 4] },
      inbound_nodes: [],
    },
    { class_name: className, name: 'l', config: { name: 'l', ...config }, inbound_nodes: [call] },
  ];
  const ends = { input_layers: [['in', 0, 0]], output_layers: [['l', 0, 0]] };
  const topology: JsonObject = {
    class_name: 'Functional',
    config: { name: 'm', layers, ...ends },
    keras_version: '2.15.0',
  };
  const named = Object.entries(weights).map(
    ([name, shape]): NamedWeight => ({
      name: `l/${name}`,
      shape,
      data: new Float32Array(elementCount(shape)).fill(0.5),
    }),
  );
  importKeras({ topology, weights: named });
}

it.each(ROWS)('$className', (row) => {
  imported(row);
  const random = createRandom(8, row.className);
  let refused = 0;
  for (let mutant = 0; mutant < 150; mutant++) {
    const inKeywords = row.keywords !== undefined && random.below(4) === 0;
    const one = inKeywords
      ? { ...row, keywords: damaged(row.keywords, random) }
      : { ...row, config: damaged(row.config, random) };
    try {
      imported(one);
    } catch (error) {
      const { config, keywords } = one;
      expect(error, `${JSON.stringify({ config, keywords })}: ${error}`).toBeInstanceOf(TinymlError);
      expect(['input', 'unsupported']).toContain((error as TinymlError).kind);
      expect((error as TinymlError).message.length).toBeLessThan(1000);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(20);
});
