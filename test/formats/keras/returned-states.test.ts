/** Layers with `return_state`, whose states others read. */

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { DEPTH, type RecurrentKind, STEPS, sequenceModel, sequences, UNITS } from './recurrent-layers.ts';

type Reference = readonly [layer: string, tensor: number];

const references = (of: readonly Reference[]) => of.map(([name, tensor]) => [name, 0, tensor]);
const read = (of: readonly Reference[]) => references(of).map((reference) => [...reference, {}]);

const input = {
  class_name: 'InputLayer',
  name: 'x',
  config: { name: 'x', batch_input_shape: [null, STEPS, DEPTH] },
  inbound_nodes: [],
};

function layer(class_name: string, name: string, from: readonly Reference[], config: JsonObject = {}) {
  const units = { name, units: UNITS, return_state: true, ...config };
  return { class_name, name, config: units, inbound_nodes: [read(from)] };
}

/** With weights of `sequenceModel`: `layer_0` over the input. */
function functional(kind: string, layers: readonly object[], outputs: readonly Reference[]): Graph {
  const topology = {
    class_name: 'Functional',
    config: {
      layers: [input, ...layers],
      input_layers: [['x', 0, 0]],
      output_layers: references(outputs),
    },
  };
  const { weights } = sequenceModel([{ kind }, { kind }]);
  return importKeras({ topology: topology as unknown as JsonObject, weights });
}

const { data } = sequences(1);
const run = (graph: Graph) =>
  createInterpreter(graph)
    .invoke([data])
    .map((output) => [...(output as Float32Array)]);

const state = (kind: RecurrentKind, tensor: number) =>
  functional(kind, [layer(kind, 'layer_0', [['x', 0]], { return_sequences: true })], [['layer_0', tensor]]);

describe('return_state', () => {
  it.each(['LSTM', 'GRU', 'SimpleRNN'] as const)('%s gives its hidden state beside its sequence', (kind) => {
    const graph = functional(
      kind,
      [layer(kind, 'layer_0', [['x', 0]], { return_sequences: true })],
      [
        ['layer_0', 0],
        ['layer_0', 1],
      ],
    );
    expect(graph.outputs.map((id) => getValue(graph, id).name)).toEqual(['layer_0', 'layer_0/hidden_state']);
    const [sequence, hidden] = run(graph);
    expect(hidden).toEqual(sequence.slice(-UNITS));
  });

  it('an LSTM gives its cell state, and is an operator where nobody reads that', () => {
    const kinds = ({ nodes }: Graph) => nodes.map(({ kind }) => kind);
    expect(kinds(state('LSTM', 1))).toContain('unidirectional_sequence_lstm');
    const graph = state('LSTM', 2);
    expect(kinds(graph)).not.toContain('unidirectional_sequence_lstm');
    const [cell] = run(graph);
    const [hidden] = run(state('LSTM', 1));
    // |h| = o · |tanh(c)| with the gate o between 0 and 1.
    for (const [at, value] of cell.entries()) {
      expect(Math.sign(value)).toBe(Math.sign(hidden[at]));
      expect(Math.abs(Math.tanh(value))).toBeGreaterThan(Math.abs(hidden[at]));
    }
  });

  it.each(['keras-2', 'keras-3'])('others begin with them, as %s writes it', (writer) => {
    const encoder = layer('LSTM', 'layer_0', [['x', 0]], { return_sequences: true });
    const states: readonly Reference[] = [
      ['layer_0', 1],
      ['layer_0', 2],
    ];
    const tensor = (of: Reference) => ({
      class_name: '__keras_tensor__',
      config: { keras_history: references([of])[0] },
    });
    const decoder = layer('LSTM', 'layer_1', [['layer_0', 0], ...states]);
    const calls = [{ args: [tensor(['layer_0', 0])], kwargs: { initial_state: states.map(tensor) } }];
    const second = writer === 'keras-2' ? decoder : { ...decoder, inbound_nodes: calls };
    const graph = functionalOfTwo(encoder, second);
    const [output] = run(graph);
    const [fromZero] = run(functionalOfTwo(encoder, layer('LSTM', 'layer_1', [['layer_0', 0]])));
    expect(output).toHaveLength(UNITS);
    expect(output).not.toEqual(fromZero);
    expect(output).toEqual(run(functionalOfTwo(encoder, decoder))[0]);
  });

  const constants = (value: number) =>
    [
      ['Keras 2', [[['x', 0, 0, { initial_state: [[[value, 0, 0]]] }]]]],
      [
        'Keras 3',
        [
          {
            args: [{ class_name: '__keras_tensor__', config: { keras_history: ['x', 0, 0] } }],
            kwargs: {
              initial_state: {
                class_name: '__tensor__',
                config: { dtype: 'float32', value: [[value, 0, 0]] },
              },
            },
          },
        ],
      ],
    ] as const;

  it.each(constants(0))('zeros as %s has them are no states', (_, inbound_nodes) => {
    const gru = layer('GRU', 'layer_0', [['x', 0]]);
    const given = functional('GRU', [{ ...gru, inbound_nodes }], [['layer_0', 0]]);
    expect(run(given)).toEqual(run(functional('GRU', [gru], [['layer_0', 0]])));
  });

  it.each(constants(1))('constants of %s are refused by name', (_, inbound_nodes) => {
    const gru = { ...layer('GRU', 'layer_0', [['x', 0]]), inbound_nodes };
    expect(() => functional('GRU', [gru], [['layer_0', 0]])).toThrow(
      'Layer "layer_0" begins with constant states, and chips begin with zeros or with what they are given.',
    );
  });

  it('says which output of another layer is not read', () => {
    const both = layer('Bidirectional', 'both', [['x', 0]]);
    expect(() => functional('LSTM', [both], [['both', 1]])).toThrow(
      'Output 2 of layer "both" (Bidirectional) is used, of which 1 can be read.',
    );
    const behind = layer('Activation', 'layer_1', [['layer_0', 2]]);
    const gru = layer('GRU', 'layer_0', [['x', 0]]);
    expect(() => functional('GRU', [gru, behind], [['layer_1', 0]])).toThrow(
      'Output 3 of layer "layer_0" (GRU) is used, of which 2 can be read.',
    );
  });
});

/** Two layers of LSTM, the second of which reads UNITS values of the first. */
function functionalOfTwo(first: object, second: object): Graph {
  return functional('LSTM', [first, second], [['layer_1', 0]]);
}
