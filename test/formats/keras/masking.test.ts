/** Sequences that are padded with zeros, whose steps recurrent layers pass over. */

import { describe, expect, it } from 'vitest';
import type { NamedWeight } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';

const [DEPTH, UNITS] = [2, 3];
const GATES = { LSTM: 4, GRU: 3, SimpleRNN: 1 } as const;
type Kind = keyof typeof GATES;

interface Layer {
  readonly class_name: string;
  readonly config: JsonObject & { readonly name: string };
  readonly inbound_nodes?: unknown;
}

const layer = (class_name: string, config: JsonObject = {}): Layer => ({
  class_name,
  config: { name: class_name.toLowerCase(), ...config },
});

const recurrent = (kind: Kind, config: JsonObject = {}): Layer =>
  layer(kind, { units: UNITS, reset_after: false, ...config });

const sequence = { return_sequences: true };
const masking = layer('Masking');

function arrays(name: string, shapes: Readonly<Record<string, readonly number[]>>): NamedWeight[] {
  const random = createRandom(4, name);
  return Object.entries(shapes).map(([part, shape]) => ({
    name: `${name}/${part}`,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() * 2 - 1),
  }));
}

/** By the names of layers, which are the same with Masking in front and without it. */
function weightsOf({ class_name: kind, config }: Layer, depth: number): NamedWeight[] {
  const cell = (name: string, of: Kind) =>
    arrays(name, {
      kernel: [depth, GATES[of] * UNITS],
      recurrent_kernel: [UNITS, GATES[of] * UNITS],
      bias: [GATES[of] * UNITS],
    });
  const { name } = config;
  if (kind === 'Bidirectional')
    return ['forward_a', 'backward_a'].flatMap((way) => cell(`${name}/${way}`, 'GRU'));
  if (Object.hasOwn(GATES, kind)) return cell(name, kind as Kind);
  if (kind === 'Conv1D') return arrays(name, { kernel: [1, depth, UNITS], bias: [UNITS] });
  const isDense = kind === 'Dense' || (config.layer as JsonObject | undefined)?.class_name === 'Dense';
  return isDense ? arrays(name, { kernel: [depth, UNITS], bias: [UNITS] }) : [];
}

function weightsOfAll(layers: readonly Layer[]): NamedWeight[] {
  let depth = DEPTH;
  return layers.flatMap((one) => {
    const weights = weightsOf(one, depth);
    if (weights.length > 0) depth = one.class_name === 'Bidirectional' ? 2 * UNITS : UNITS;
    return weights;
  });
}

function model(steps: number, layers: readonly Layer[], version = '3.9.2'): Graph {
  const input = { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, steps, DEPTH] } };
  const topology = {
    class_name: 'Sequential',
    keras_version: version,
    config: { layers: [input, ...layers] },
  } as unknown as JsonObject;
  return importKeras({ topology, weights: weightsOfAll(layers) });
}

const outputOf = (graph: Graph, ...inputs: readonly Float32Array[]): number[] => [
  ...(createInterpreter(graph).invoke(inputs)[0] as Float32Array),
];

const steps = [
  [0.5, -1],
  [0, 2],
  [-0.25, 0.75],
];
const zeros = [0, 0];
const short = Float32Array.from(steps.flat());
/** Which of the steps stands where, or −1 where padding does. */
const PLACES = [-1, 0, 1, -1, 2, -1];
const padded = Float32Array.from(PLACES.flatMap((place) => steps[place] ?? zeros));

function expectNear(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(actual[at]).toBeCloseTo(value, 6);
}

const shortOutput = (...layers: readonly Layer[]) => outputOf(model(3, layers), short);
const paddedOutput = (...layers: readonly Layer[]) => outputOf(model(PLACES.length, layers), padded);

/** Rows of a short sequence where they stand in the padded one; padding has what `of` makes of the row before it, if any. */
function spread(
  rows: readonly number[],
  units: number,
  of: (before: number[] | undefined) => number[],
): number[] {
  let before: number[] | undefined;
  return PLACES.flatMap((place) => {
    if (place < 0) return of(before);
    before = rows.slice(place * units, (place + 1) * units);
    return before;
  });
}

const again = (before: number[] | undefined): number[] => before ?? new Array(UNITS).fill(0);

describe('recurrent layers behind Masking', () => {
  it.each(Object.keys(GATES) as Kind[])('%s passes over zeros wherever they are', (kind) => {
    const rnn = recurrent(kind);
    expectNear(paddedOutput(masking, rnn), shortOutput(rnn));
    expect(paddedOutput(rnn)).not.toEqual(paddedOutput(masking, rnn));
  });

  it('give the last output again for steps that are passed over, from the end too', () => {
    const rnn = recurrent('LSTM', sequence);
    expectNear(paddedOutput(masking, rnn), spread(shortOutput(rnn), UNITS, again));
    const backwards = recurrent('LSTM', { ...sequence, go_backwards: true });
    const outputs = shortOutput(backwards);
    const [a, b, c] = [0, 1, 2].map((row) => outputs.slice(row * UNITS, (row + 1) * UNITS));
    expectNear(paddedOutput(masking, backwards), [again(undefined), a, a, b, c, c].flat());
  });

  it('give zeros there, where they are told to', () => {
    const rnn = recurrent('GRU', { ...sequence, zero_output_for_mask: true });
    const none = () => again(undefined);
    expectNear(paddedOutput(masking, rnn), spread(shortOutput(rnn), UNITS, none));
    expect(paddedOutput(masking, recurrent('GRU', { zero_output_for_mask: true }))).toEqual(none());
  });

  it('give zeros there in both directions, of which one sequence is made', () => {
    const both = (config: JsonObject) =>
      layer('Bidirectional', { layer: recurrent('GRU', config) as unknown as JsonObject });
    const none = () => new Array(2 * UNITS).fill(0);
    expectNear(paddedOutput(masking, both(sequence)), spread(shortOutput(both(sequence)), 2 * UNITS, none));
    expectNear(paddedOutput(masking, both({ zero_output_for_mask: true })), shortOutput(both({})));
  });

  it('hand the mask on to those behind them', () => {
    const stack = [recurrent('GRU', sequence), recurrent('LSTM', { name: 'second' })];
    expectNear(paddedOutput(masking, ...stack), shortOutput(...stack));
    const both = [
      layer('Bidirectional', { layer: recurrent('GRU', sequence) as unknown as JsonObject }),
      stack[1],
    ];
    expectNear(paddedOutput(masking, ...both), shortOutput(...both));
  });

  it.each([
    ['Activation', layer('Activation', { activation: 'tanh' })],
    ['Dense', layer('Dense', { units: UNITS })],
    ['Dropout', layer('Dropout', { rate: 0.5 })],
    ['ThresholdedReLU', layer('ThresholdedReLU', { theta: 0.25 })],
    [
      'TimeDistributed',
      layer('TimeDistributed', { layer: layer('Dense', { units: UNITS }) as unknown as JsonObject }),
    ],
  ])('see it through %s', (_, between) => {
    const behind = [between, recurrent('GRU')];
    expectNear(paddedOutput(masking, ...behind), shortOutput(...behind));
  });

  it.each([
    ['GRU', recurrent('GRU', { ...sequence, name: 'first' })],
    [
      'TimeDistributed',
      layer('TimeDistributed', { layer: layer('Dense', { units: UNITS }) as unknown as JsonObject }),
    ],
  ])('see it behind %s until Keras 3.16', (_, between) => {
    const made = (version: string, ...layers: readonly Layer[]) =>
      outputOf(model(PLACES.length, layers, version), padded);
    const behind = [between, recurrent('GRU')];
    expectNear(made('3.15.1', masking, ...behind), shortOutput(...behind));
    const every = made('3.16.0', masking, ...behind);
    expect(every).not.toEqual(made('3.15.1', masking, ...behind));
    if (between.class_name === 'TimeDistributed') expect(every).toEqual(made('3.16.0', ...behind));
  });

  it.each([
    ['Conv1D', layer('Conv1D', { filters: UNITS, kernel_size: [1] }), '3.9.2'],
    ['ZeroPadding1D', layer('ZeroPadding1D', { padding: 1 }), '3.9.2'],
    ['Rescaling of Keras 2', layer('Rescaling', { scale: 2, offset: 0 }), '2.15.0'],
  ])('compute every step behind %s, which leaves no mask', (_, between, version) => {
    const behind = [between, recurrent('GRU')];
    const made = (layers: readonly Layer[]) => outputOf(model(PLACES.length, layers, version), padded);
    expect(made([masking, ...behind])).toEqual(made(behind));
  });

  it('see it through Rescaling of Keras 3', () => {
    const behind = [layer('Rescaling', { scale: 2, offset: 0 }), recurrent('GRU')];
    expectNear(paddedOutput(masking, ...behind), shortOutput(...behind));
  });
});

describe('GlobalAveragePooling1D behind Masking', () => {
  const pool = layer('GlobalAveragePooling1D');

  it('is the mean of the steps that count', () => {
    expectNear(paddedOutput(masking, pool), shortOutput(pool));
    const rnn = recurrent('GRU', sequence);
    expectNear(paddedOutput(masking, rnn, pool), shortOutput(rnn, pool));
    const kept = layer('GlobalAveragePooling1D', { keepdims: true });
    expectNear(paddedOutput(masking, kept, layer('Flatten')), shortOutput(pool));
  });

  it('is zero where none does', () => {
    const graph = model(PLACES.length, [masking, pool]);
    expect(outputOf(graph, new Float32Array(padded.length))).toEqual([0, 0]);
  });
});

/** A functional model of Keras 2: what each layer reads by its name. */
function functional(layers: readonly (readonly [Layer, ...string[]])[], version = '2.15.0'): Graph {
  const calls = layers.map(([one, ...reads]) => ({
    ...one,
    name: one.config.name,
    inbound_nodes: one.inbound_nodes ?? [reads.map((name) => [name, 0, 0, {}])],
  }));
  const input = {
    class_name: 'InputLayer',
    name: 'x',
    config: { name: 'x', batch_input_shape: [null, PLACES.length, DEPTH] },
    inbound_nodes: [],
  };
  const topology = {
    class_name: 'Functional',
    keras_version: version,
    config: {
      layers: [input, ...calls],
      input_layers: [['x', 0, 0]],
      output_layers: [[calls[calls.length - 1].name, 0, 0]],
    },
  } as unknown as JsonObject;
  const weights = layers.flatMap(([one]) => weightsOf(one, DEPTH));
  return importKeras({ topology, weights });
}

const named = (name: string, one: Layer): Layer => ({ ...one, config: { ...one.config, name } });

describe('masks of several sequences', () => {
  const scaled = layer('Activation', { name: 'scaled', activation: 'tanh' });
  const [add, rnn] = [layer('Add'), recurrent('GRU')];

  it('go on where they are one', () => {
    const graph = functional([
      [masking, 'x'],
      [scaled, 'masking'],
      [add, 'masking', 'scaled'],
      [rnn, 'add'],
    ]);
    const alone = functional([
      [masking, 'x'],
      [scaled, 'masking'],
      [add, 'masking', 'scaled'],
    ]);
    const sums = outputOf(alone, padded);
    expectNear(
      outputOf(graph, padded),
      outputOf(
        functional([
          [masking, 'x'],
          [rnn, 'masking'],
        ]),
        Float32Array.from(sums),
      ),
    );
  });

  it('are refused where a layer reads what was made of several, and let be where none does', () => {
    const layers = [
      [masking, 'x'],
      [add, 'x', 'masking'],
    ] as const;
    expect(() => functional([...layers, [rnn, 'add']])).toThrow(
      'Layer "gru" (GRU): it reads what was joined of sequences with different masks, or of one with a mask and one without.',
    );
    const pooled = functional([...layers, [layer('GlobalMaxPooling1D'), 'add']]);
    expect(outputOf(pooled, padded)).toEqual([1, 4]);
  });

  it('begin with given states, whose outputs are zeros before the first step that counts', () => {
    const encoder = named('encoder', recurrent('GRU', { return_state: true }));
    const decoder = (config: JsonObject): Layer => ({
      ...named('decoder', recurrent('GRU', config)),
      inbound_nodes: [
        [
          ['masking', 0, 0, {}],
          ['encoder', 0, 1, {}],
        ],
      ],
    });
    const made = (config: JsonObject, version?: string) =>
      outputOf(functional([[encoder, 'x'], [masking, 'x'], [decoder(config)]], version), padded);
    const rows = made(sequence);
    expect(rows.slice(0, UNITS)).toEqual(again(undefined));
    expect(rows.slice(UNITS, 2 * UNITS)).not.toEqual(again(undefined));
    expect(rows.slice(-UNITS)).toEqual(rows.slice(-2 * UNITS, -UNITS));
    expect(made({})).toEqual(rows.slice(-UNITS));
    // TensorFlow.js gives the state itself.
    const [states] = [outputOf(functional([[encoder, 'x']]), padded)];
    const theirs = made(sequence, 'tfjs-layers 4.22.0');
    expect(theirs.slice(0, UNITS)).toEqual(states);
    expect(theirs.slice(UNITS)).toEqual(rows.slice(UNITS));
  });
});

describe('what Keras 3 says of masks', () => {
  const tensor = (name: string) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
  });
  const rnn = (mask: unknown): Layer => ({
    ...recurrent('GRU'),
    inbound_nodes: [{ args: [tensor('masking')], kwargs: { mask } }],
  });
  const operation = (className: string, config: JsonObject, args: readonly unknown[]): Layer => ({
    ...layer(className, config),
    inbound_nodes: [{ args, kwargs: {} }],
  });
  const mask = (of: string): readonly (readonly [Layer])[] => [
    [operation('NotEqual', { name: 'differs' }, [tensor(of), 0])],
    [operation('Any', { name: 'any', axis: -1 }, [tensor('differs')])],
  ];

  it('is what its layers take', () => {
    const told = functional([[masking, 'x'], ...mask('x'), [rnn(tensor('any'))]]);
    expectNear(outputOf(told, padded), shortOutput(recurrent('GRU')));
    const untold = functional([[masking, 'x'], [rnn(null)]]);
    expect(outputOf(untold, padded)).toEqual(paddedOutput(recurrent('GRU')));
  });

  it('is refused where attention would look at the steps', () => {
    const called = { args: [tensor('masking'), tensor('masking')], kwargs: {} };
    const heads = { ...layer('MultiHeadAttention', { num_heads: 1, key_dim: 1 }), inbound_nodes: [called] };
    expect(() => functional([[masking, 'x'], [heads]])).toThrow(
      'it reads a sequence of which a Masking layer passes over some steps, and would look at these.',
    );
    const told = { args: [tensor('x'), tensor('x')], kwargs: { value_mask: tensor('any') } };
    expect(() => functional([[masking, 'x'], ...mask('x'), [{ ...heads, inbound_nodes: [told] }]])).toThrow(
      'is told by "value_mask", which is computed, what it looks at.',
    );
  });

  it('is refused where it is of another sequence', () => {
    const pooled = layer('MaxPooling1D', { name: 'pooled', pool_size: [2] });
    expect(() =>
      functional([[masking, 'x'], [pooled, 'x'], ...mask('pooled'), [rnn(tensor('any'))]]),
    ).toThrow(
      'Layer "gru" (GRU): it is told to pass over steps of another sequence than the one that a Masking layer read.',
    );
  });
});

describe('Masking is refused', () => {
  const repeated = (inner: Layer): Layer =>
    layer('TimeDistributed', { name: inner.config.name, layer: inner as unknown as JsonObject });

  it.each([
    ['of other numbers', [layer('Masking', { mask_value: 1 })], 'its "mask_value" is 1.'],
    [
      'in front of Softmax',
      [masking, layer('Softmax')],
      'Layer "softmax" (Softmax): it reads a sequence of which a Masking layer passes over some steps',
    ],
    [
      'in front of recurrent layers that are repeated over time',
      [masking, repeated(layer('Reshape', { target_shape: [DEPTH, 1] })), repeated(recurrent('GRU'))],
      'it repeats a GRU layer over time, and which steps count is a matter of Masking.',
    ],
    [
      'inside of each step',
      [repeated(layer('Reshape', { target_shape: [DEPTH, 1] })), repeated(layer('Masking'))],
      'it repeats a Masking layer over time',
    ],
  ])('%s', (_, layers, sentence) => {
    expect(() => model(PLACES.length, layers)).toThrow(sentence);
  });
});
