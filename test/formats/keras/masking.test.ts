/** Sequences that are padded with zeros, whose steps recurrent layers pass over. */

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';

const [DEPTH, UNITS] = [2, 3];
const GATES = { LSTM: 4, GRU: 3, SimpleRNN: 1 } as const;
type Kind = keyof typeof GATES;

interface Options {
  readonly kind?: Kind;
  readonly steps: number;
  readonly config?: JsonObject;
  readonly masking?: JsonObject;
  /** Behind the masking, or behind the recurrent layer. */
  readonly between?: readonly JsonObject[];
  readonly behind?: readonly JsonObject[];
}

function weightsOf(kind: Kind) {
  const random = createRandom(4, kind);
  const width = GATES[kind] * UNITS;
  const weight = (name: string, shape: readonly number[]) => ({
    name: `rnn/${name}`,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() * 2 - 1),
  });
  return [
    weight('kernel', [DEPTH, width]),
    weight('recurrent_kernel', [UNITS, width]),
    weight('bias', [width]),
  ];
}

function model({ kind = 'LSTM', steps, config = {}, masking, between = [], behind = [] }: Options) {
  const recurrent = { name: 'rnn', units: UNITS, reset_after: false, ...config };
  const layers = [
    { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, steps, DEPTH] } },
    ...(masking === undefined ? [] : [{ class_name: 'Masking', config: { name: 'mask', ...masking } }]),
    ...between,
    { class_name: kind, config: recurrent },
    ...behind,
  ];
  const topology = { class_name: 'Sequential', config: { layers } } as unknown as JsonObject;
  return importKeras({ topology, weights: weightsOf(kind) });
}

const values = Float32Array.of(0.5, -1, 0, 2, -0.25, 0.75);
const padded = Float32Array.of(...values, 0, 0, 0, 0);
const run = (options: Options, input: Float32Array) => [
  ...(createInterpreter(model(options)).invoke([input])[0] as Float32Array),
];

describe('Masking', () => {
  it.each(Object.keys(GATES) as Kind[])('%s ends where the zeros begin', (kind) => {
    const short = run({ kind, steps: 3 }, values);
    const long = run({ kind, steps: 5, masking: {} }, padded);
    for (const [index, value] of short.entries()) expect(long[index]).toBeCloseTo(value, 6);
    expect(run({ kind, steps: 5 }, padded)).not.toEqual(long);
  });

  it('gives the last output again for steps that are passed over', () => {
    const config = { return_sequences: true };
    const short = run({ steps: 3, config }, values);
    const long = run({ steps: 5, config, masking: {} }, padded);
    const last = short.slice(-UNITS);
    for (const [index, value] of [...short, ...last, ...last].entries())
      expect(long[index]).toBeCloseTo(value, 6);
  });

  it('is zero until there is something, from the end too', () => {
    const config = { return_sequences: true, go_backwards: true };
    const long = run({ steps: 5, config, masking: {} }, padded);
    expect(long.slice(0, 2 * UNITS)).toEqual(new Array(2 * UNITS).fill(0));
    const short = run({ steps: 3, config }, values);
    for (const [index, value] of short.entries()) expect(long[2 * UNITS + index]).toBeCloseTo(value, 6);
  });

  it('goes on behind layers that take every step by itself', () => {
    const between = [{ class_name: 'Activation', config: { name: 'act', activation: 'tanh' } }];
    const short = run({ steps: 3, between }, values);
    const long = run({ steps: 5, between, masking: {} }, padded);
    for (const [index, value] of short.entries()) expect(long[index]).toBeCloseTo(value, 6);
  });

  it('is refused in front of layers that would need to know, and of other numbers', () => {
    const behind = [{ class_name: 'GlobalAveragePooling1D', config: { name: 'pool' } }];
    const config = { return_sequences: true };
    expect(() => model({ steps: 5, config, masking: {}, behind })).toThrow(
      'Layer "pool" (GlobalAveragePooling1D): it reads a sequence of which a Masking layer passes over some steps.',
    );
    expect(() => model({ steps: 5, masking: { mask_value: 1 } })).toThrow('its "mask_value" is 1.');
  });
});
