import { describe, expect, it } from 'vitest';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';

type Matrix = readonly (readonly number[])[];

function drawn(label: string, length: number): Float32Array {
  const random = createRandom(3, label);
  return Float32Array.from({ length }, () => random.normal());
}

function weight(name: string, shape: Shape): NamedWeight {
  return { name: `att/${name}`, shape, data: drawn(name, elementCount(shape)) };
}

function rowsOf(data: Float32Array, columns: number): Matrix {
  return Array.from({ length: data.length / columns }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );
}

const transposedOf = (a: Matrix): Matrix => a[0].map((_, column) => a.map((row) => row[column]));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index], 0);
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transposedOf(b).map((column) => dot(row, column)));

/** Rows of weights that sum to 1; `isSeen` says which have a part. */
function softmaxOf(scores: Matrix, isSeen: (row: number, column: number) => boolean): Matrix {
  return scores.map((row, index) => {
    const powers = row.map((score, column) => (isSeen(index, column) ? Math.exp(score) : 0));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  });
}

const everything = (): boolean => true;
const earlier = (row: number, column: number): boolean => column <= row;

interface Sequences {
  readonly query: Shape;
  readonly value: Shape;
  readonly key?: Shape;
}

const tensor3 = (name: string): JsonObject => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4, 4], dtype: 'float32', keras_history: [name, 0, 0] },
});

/** How a version of Keras writes the call of a layer with a list of tensors, or with tensors by name. */
type Spelling = 'keras-2' | 'keras-3';

function listCall(names: readonly string[], keywords: JsonObject, spelling: Spelling): JsonValue {
  if (spelling === 'keras-3') return { args: [names.map(tensor3)], kwargs: keywords };
  return names.map((name, index) => [name, 0, 0, index === 0 ? keywords : {}]);
}

function namedCall(names: readonly string[], keywords: JsonObject, spelling: Spelling): JsonValue {
  const [query, value, key] = names;
  if (spelling === 'keras-3') {
    const kwargs = { ...(key === undefined ? {} : { key: tensor3(key) }), ...keywords };
    return { args: [tensor3(query), tensor3(value)], kwargs };
  }
  const others = { value: [value, 0, 0], ...(key === undefined ? {} : { key: [key, 0, 0] }) };
  return [[query, 0, 0, { ...others, ...keywords }]];
}

interface Call {
  readonly className: string;
  readonly config?: JsonObject;
  readonly keywords?: JsonObject;
  readonly spelling?: Spelling;
  readonly weights?: readonly NamedWeight[];
}

function graphOf(
  { query, value, key }: Sequences,
  { className, config = {}, keywords = {}, spelling = 'keras-3', weights = [] }: Call,
): Graph {
  const shapes = { query, value, ...(key === undefined ? {} : { key }) };
  const names = Object.keys(shapes);
  const call = className.endsWith('HeadAttention') || className.includes('Query') ? namedCall : listCall;
  const layers = [
    ...Object.entries(shapes).map(([name, shape]) => ({
      class_name: 'InputLayer',
      name,
      config: { name, batch_shape: [null, ...shape] },
      inbound_nodes: [],
    })),
    {
      class_name: className,
      name: 'att',
      config: { name: 'att', ...config },
      inbound_nodes: [call(names, keywords, spelling)],
    },
  ];
  const topology: JsonObject = {
    class_name: 'Functional',
    config: {
      name: 'm',
      layers,
      input_layers: names.map((name) => [name, 0, 0]),
      output_layers: [['att', 0, 0]],
    },
    keras_version: spelling === 'keras-2' ? '2.15.0' : '3.5.0',
  };
  return importKeras({ topology, weights });
}

const input = (name: string, shape: Shape): Float32Array => drawn(`input ${name}`, elementCount(shape));

function computed(sequences: Sequences, call: Call) {
  const interpreter = createInterpreter(graphOf(sequences, call));
  const inputs = Object.entries(sequences).map(([name, shape]) => input(name, shape));
  const [output] = interpreter.invoke(inputs) as readonly [Float32Array];
  return { output, shape: interpreter.outputs[0].shape };
}

function expectNear(output: Float32Array, expected: Matrix): void {
  const flat = expected.flat();
  expect(output.length).toBe(flat.length);
  const largest = Math.max(...flat.map(Math.abs), 1);
  for (const [index, value] of flat.entries())
    expect(Math.abs(output[index] - value)).toBeLessThan(1e-5 * largest);
}

const QUERY = [3, 4];
const VALUE = [5, 4];
const matrixOf = (name: string, shape: Shape): Matrix => rowsOf(input(name, shape), shape[1]);

describe.each(['keras-2', 'keras-3'] as const)('attention as %s writes it', (spelling) => {
  const [q, v] = [matrixOf('query', QUERY), matrixOf('value', VALUE)];
  const scoresOf = (factor: number, keys = v): Matrix =>
    product(q, transposedOf(keys)).map((row) => row.map((score) => score * factor));

  it('weighs values by products of queries and keys', () => {
    const { output, shape } = computed({ query: QUERY, value: VALUE }, { className: 'Attention', spelling });
    expect(shape).toEqual([1, 3, 4]);
    expectNear(output, product(softmaxOf(scoresOf(1), everything), v));
  });

  it('takes keys apart from values, and a scale', () => {
    const sequences = { query: QUERY, value: [5, 2], key: VALUE };
    const scale = weight('scale', []);
    const call = { className: 'Attention', config: { use_scale: true }, weights: [scale], spelling };
    const keys = matrixOf('key', VALUE);
    const weights = softmaxOf(scoresOf(scale.data[0], keys), everything);
    expectNear(computed(sequences, call).output, product(weights, matrixOf('value', [5, 2])));
  });

  it('looks at no later step than its own where the call says so', () => {
    const call = { className: 'Attention', keywords: { use_causal_mask: true }, spelling };
    const { output } = computed({ query: QUERY, value: VALUE }, call);
    expectNear(output, product(softmaxOf(scoresOf(1), earlier), v));
  });

  it.each([false, true])('adds queries and keys (concat; a scale: %s)', (useScale) => {
    const [scale, factor] = [weight('scale', []), weight('concat_score_weight', [])];
    const config = { score_mode: 'concat', use_scale: useScale };
    const call = { className: 'Attention', config, weights: [scale, factor], spelling };
    const inner = useScale ? scale.data[0] : 1;
    const scores = q.map((row) =>
      v.map(
        (other) =>
          factor.data[0] *
          dot(
            row.map((x, i) => Math.tanh(inner * (x + other[i]))),
            row.map(() => 1),
          ),
      ),
    );
    const { output } = computed({ query: QUERY, value: VALUE }, call);
    expectNear(output, product(softmaxOf(scores, everything), v));
  });

  it.each([false, true])('AdditiveAttention has a scale for each channel, or none (%s)', (useScale) => {
    const scale = weight('scale', [4]);
    const factors = useScale ? Array.from(scale.data) : [1, 1, 1, 1];
    const config = { use_scale: useScale };
    const call = { className: 'AdditiveAttention', config, weights: [scale], spelling };
    const scores = q.map((row) =>
      v.map((other) =>
        dot(
          row.map((x, i) => Math.tanh(x + other[i])),
          factors,
        ),
      ),
    );
    const { output } = computed({ query: QUERY, value: VALUE }, call);
    expectNear(output, product(softmaxOf(scores, everything), v));
  });
});

interface HeadCase {
  readonly heads: number;
  readonly groups: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly units: number;
}

/** Keras' kernels are [channels, heads, size], and [heads, size, units] behind. */
function headWeights(
  { heads, groups, keySize, valueSize, units }: HeadCase,
  channels = 4,
): readonly NamedWeight[] {
  return [
    weight('query/kernel', [channels, heads, keySize]),
    weight('query/bias', [heads, keySize]),
    weight('key/kernel', [channels, groups, keySize]),
    weight('key/bias', [groups, keySize]),
    weight('value/kernel', [channels, groups, valueSize]),
    weight('value/bias', [groups, valueSize]),
    weight('gate/kernel', [channels, heads, valueSize]),
    weight('gate/bias', [heads, valueSize]),
    weight('attention_output/kernel', [heads, valueSize, units]),
    weight('attention_output/bias', [units]),
  ];
}

/** What the papers say, head by head. */
function headsOf(
  one: HeadCase,
  [q, k, v]: readonly Matrix[],
  isSeen: (row: number, column: number) => boolean,
  { gate = false, bias = true } = {},
): Matrix {
  const weights = new Map(headWeights(one).map(({ name, data }) => [name, data]));
  const dense = (x: Matrix, name: string, units: number): Matrix => {
    const kernel = rowsOf(weights.get(`att/${name}/kernel`) as Float32Array, units);
    const shift = weights.get(`att/${name}/bias`) as Float32Array;
    return product(x, kernel).map((row) => row.map((sum, unit) => sum + (bias ? shift[unit] : 0)));
  };
  const { heads, groups, keySize, valueSize, units } = one;
  const [queries, keys] = [dense(q, 'query', heads * keySize), dense(k, 'key', groups * keySize)];
  const values = dense(v, 'value', groups * valueSize);
  const cut = (x: Matrix, head: number, size: number): Matrix =>
    x.map((row) => row.slice(head * size, (head + 1) * size));
  const parts = Array.from({ length: heads }, (_, head) => {
    const group = Math.floor((head * groups) / heads);
    const scores = product(cut(queries, head, keySize), transposedOf(cut(keys, group, keySize)));
    const weighed = scores.map((row) => row.map((score) => score / Math.sqrt(keySize)));
    return product(softmaxOf(weighed, isSeen), cut(values, group, valueSize));
  });
  const joined = q.map((_, row) => parts.flatMap((part) => part[row]));
  const gates = dense(q, 'gate', heads * valueSize);
  const opened = joined.map((row, index) =>
    row.map((value, at) => (gate ? value / (1 + Math.exp(-gates[index][at])) : value)),
  );
  return dense(opened, 'attention_output', units);
}

describe.each(['keras-2', 'keras-3'] as const)('MultiHeadAttention as %s writes it', (spelling) => {
  const one: HeadCase = { heads: 2, groups: 2, keySize: 3, valueSize: 3, units: 4 };
  const config = { num_heads: 2, key_dim: 3 };
  const [q, v] = [matrixOf('query', QUERY), matrixOf('value', VALUE)];
  const call = { className: 'MultiHeadAttention', config, weights: headWeights(one), spelling };

  it('attends with every head', () => {
    const { output, shape } = computed({ query: QUERY, value: VALUE }, call);
    expect(shape).toEqual([1, 3, 4]);
    expectNear(output, headsOf(one, [q, v, v], everything));
  });

  it('attends with one head, without transposing', () => {
    const single = { ...one, heads: 1, groups: 1 };
    const own = { ...call, config: { ...config, num_heads: 1 }, weights: headWeights(single) };
    expectNear(computed({ query: QUERY, value: VALUE }, own).output, headsOf(single, [q, v, v], everything));
    const { nodes } = graphOf({ query: QUERY, value: VALUE }, own);
    expect(nodes.filter(({ kind }) => kind === 'transpose')).toEqual([]);
  });

  it('takes keys, another size of values and another output', () => {
    const own = { ...one, valueSize: 5, units: 6 };
    const keys = matrixOf('key', VALUE);
    const configured = { ...config, value_dim: 5, output_shape: [2, 3] };
    const sequences = { query: QUERY, value: VALUE, key: VALUE };
    const weights = headWeights(own).map((weight) => {
      if (weight.name === 'att/attention_output/kernel') return { ...weight, shape: [2, 5, 2, 3] };
      return weight.name === 'att/attention_output/bias' ? { ...weight, shape: [2, 3] } : weight;
    });
    const { output, shape } = computed(sequences, { ...call, config: configured, weights });
    expect(shape).toEqual([1, 3, 2, 3]);
    expectNear(output, headsOf(own, [q, keys, v], everything));
  });

  it('leaves out later steps, biases, and what dropout did', () => {
    const own = {
      ...call,
      config: { ...config, use_bias: false, dropout: 0.5 },
      keywords: { use_causal_mask: true },
    };
    const { output } = computed({ query: QUERY, value: VALUE }, own);
    expectNear(output, headsOf(one, [q, v, v], earlier, { bias: false }));
  });
});

describe('newer attention', () => {
  const one: HeadCase = { heads: 4, groups: 2, keySize: 3, valueSize: 3, units: 4 };
  const [q, v] = [matrixOf('query', QUERY), matrixOf('value', VALUE)];

  it('MultiHeadAttention has gates and windows', () => {
    const own = { ...one, groups: 4 };
    const config = { num_heads: 4, key_dim: 3, use_gate: true, sliding_window: 2 };
    const call = { className: 'MultiHeadAttention', config, weights: headWeights(own) };
    const near = (row: number, column: number): boolean => Math.abs(row - column) < 2;
    const { output } = computed({ query: QUERY, value: VALUE }, call);
    expectNear(output, headsOf(own, [q, v, v], near, { gate: true }));
  });

  it('MultiHeadAttention looks at all places of an image', () => {
    const own = { ...one, groups: 4 };
    const config = { num_heads: 4, key_dim: 3, attention_axes: [1, 2] };
    const call = { className: 'MultiHeadAttention', config, weights: headWeights(own) };
    const { output, shape } = computed({ query: [3, 1, 4], value: [5, 1, 4] }, call);
    expect(shape).toEqual([1, 3, 1, 4]);
    expectNear(output, headsOf(own, [q, v, v], everything));
  });

  it.each(['GroupedQueryAttention', 'GroupQueryAttention'])('%s shares keys among heads', (className) => {
    const config = { head_dim: 3, num_query_heads: 4, num_key_value_heads: 2 };
    const call = { className, config, weights: headWeights(one) };
    expectNear(computed({ query: QUERY, value: VALUE }, call).output, headsOf(one, [q, v, v], everything));
    const causal = { ...call, config: { ...config, use_gate: true }, keywords: { use_causal_mask: true } };
    const { output } = computed({ query: QUERY, value: VALUE }, causal);
    expectNear(output, headsOf(one, [q, v, v], earlier, { gate: true }));
  });
});

describe('what cannot be kept', () => {
  const sequences = { query: QUERY, value: VALUE };
  const one: HeadCase = { heads: 2, groups: 2, keySize: 3, valueSize: 3, units: 4 };
  const config = { num_heads: 2, key_dim: 3 };
  const heads = { className: 'MultiHeadAttention', config, weights: headWeights(one) };

  it.each([
    [
      'masks that are computed',
      { keywords: { attention_mask: tensor3('value') } },
      'is told by "attention_mask"',
    ],
    ['masks of Keras', { keywords: { query_mask: tensor3('query') } }, 'is told by "query_mask"'],
    ['training', { keywords: { training: true } }, 'is called with training=True'],
    ['some of several axes', { config: { ...config, attention_axes: [2] } }, 'its "attention_axes" are 2'],
    ['no heads', { config: { num_heads: 0, key_dim: 3 } }, '"num_heads" is 0'],
    ['a billion heads', { config: { num_heads: 1e9, key_dim: 3 } }, '"num_heads" is 1000000000'],
    [
      'many heads',
      { config: { num_heads: 1e6, key_dim: 1e6 } },
      'its weight "query/kernel" has shape [4, 2, 3]',
    ],
    ['no size', { config: { num_heads: 2 } }, '"key_dim" is null'],
    ['outputs of no size', { config: { ...config, output_shape: [-1] } }, '"output_shape" is [-1]'],
    ['a window of nothing', { config: { ...config, sliding_window: 0 } }, '"sliding_window" is 0'],
  ] as const)('%s', (_, call, message) => {
    expect(() => graphOf(sequences, { ...heads, ...call })).toThrow(message);
  });

  it.each([
    [
      'heads that groups do not divide',
      { head_dim: 3, num_query_heads: 3, num_key_value_heads: 2 },
      'do not divide',
    ],
    ['no groups', { head_dim: 3, num_query_heads: 3, num_key_value_heads: 0 }, '"num_key_value_heads" is 0'],
  ])('%s', (_, own, message) => {
    const call = { className: 'GroupedQueryAttention', config: own };
    expect(() => graphOf(sequences, call)).toThrow(message);
  });

  it.each([
    ['vectors', { query: [4], value: VALUE }, 'MultiHeadAttention', 'no sequences that go together'],
    [
      'keys and values of different lengths',
      { query: QUERY, value: VALUE, key: [6, 4] },
      'MultiHeadAttention',
      'no sequences',
    ],
    ['keys of other channels', { query: [3, 2], value: VALUE }, 'Attention', 'have different channels'],
    ['images', { query: [2, 2, 4], value: VALUE }, 'Attention', 'no sequences that go together'],
  ] as const)('%s', (_, own, className, message) => {
    expect(() => graphOf(own, { ...heads, className })).toThrow(message);
  });

  it('one sequence alone, and modes that Keras has not', () => {
    const call = { className: 'Attention', config: { score_mode: 'cosine' } };
    expect(() => graphOf(sequences, call)).toThrow('"score_mode" is "cosine"');
    const lonely: JsonObject = {
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: [
          { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 3, 4] } },
          { class_name: 'Attention', config: { name: 'a' } },
        ],
      },
    };
    expect(() => importKeras({ topology: lonely, weights: [] })).toThrow('it has 1 input instead of 2 or 3.');
  });

  it('steps by the thousands that see only earlier ones', () => {
    const long = { query: [4096, 4], value: [4096, 4] };
    const call = { className: 'Attention', keywords: { use_causal_mask: true } };
    expect(() => graphOf(long, call)).toThrow('it compares 4096 steps with 4096');
  });
});
