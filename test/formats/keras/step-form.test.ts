/** Networks of one time step, which remember what they read. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { furthest, lastOutputs } from './last-outputs.ts';
import { DEPTH, type SequenceLayer, STEPS, sequenceModel, sequences } from './recurrent-layers.ts';

const ALL = { return_sequences: true };

const MODELS: readonly (readonly [string, readonly SequenceLayer[]])[] = [
  ['LSTM', [{ kind: 'LSTM' }]],
  ['LSTM of other functions', [{ kind: 'LSTM', config: { recurrent_activation: 'hard_sigmoid' } }]],
  ['GRU', [{ kind: 'GRU', config: { reset_after: true } }]],
  ['GRU that resets before', [{ kind: 'GRU', config: { reset_after: false } }]],
  ['SimpleRNN', [{ kind: 'SimpleRNN' }]],
  [
    'layers above one another',
    [
      { kind: 'Dense' },
      { kind: 'GRU', config: { reset_after: true, ...ALL } },
      { kind: 'Dense', config: { activation: 'relu' } },
      { kind: 'LSTM', config: ALL },
      { kind: 'SimpleRNN' },
      { kind: 'Dense' },
    ],
  ],
];

describe('the network of one time step', () => {
  it.each(MODELS)('%s says after all steps what the whole sequence gives', (_, layers) => {
    const model = sequenceModel(layers);
    const { shape, data } = sequences(3);
    const step = importKeras(model, { step: true });
    expect(step.inputs.map((id) => getValue(step, id).type.shape)).toEqual([[1, 1, DEPTH]]);
    const whole = createInterpreter(importKeras(model));
    for (const [record, last] of lastOutputs(step, data, shape).entries()) {
      const from = record * STEPS * DEPTH;
      const [expected] = whole.invoke([data.slice(from, from + STEPS * DEPTH)]);
      expect(last).toHaveLength(expected.length);
      expect(furthest(last, expected as Float32Array)).toBeLessThan(1e-6);
    }
  });

  it.each<readonly [string, readonly SequenceLayer[], string]>([
    ['backwards', [{ kind: 'LSTM', config: { go_backwards: true } }], 'begins with the last step'],
    ['both directions', [{ kind: 'Bidirectional' }], 'looks along time'],
    ['windows of time', [{ kind: 'Conv1D' }, { kind: 'GRU' }], 'looks along time'],
    ['all steps at once', [{ kind: 'GRU', config: ALL }, { kind: 'Flatten' }], '"layer_1" (Flatten)'],
    ['padding', [{ kind: 'Masking' }, { kind: 'GRU' }], 'says which steps are passed over'],
    ['nothing that remembers', [{ kind: 'Dense' }], 'No layer of the model remembers'],
  ])('is refused for %s', (_, layers, why) => {
    expect(() => importKeras(sequenceModel(layers), { step: true })).toThrow(why);
  });

  it('is refused for inputs that are no sequence', () => {
    expect(() => importKeras(sequenceModel([{ kind: 'Dense' }], [DEPTH]), { step: true })).toThrow(
      'does not take one sequence of vectors',
    );
  });
});

const folder = sharedPath('import', 'keras');

describe.skipIf(folder === undefined)(`recorded networks of Keras, step by step (${NO_SHARED})`, () => {
  it.each(['lstm_last', 'lstm_stacked', 'gru_ra0', 'gru_ra1', 'simplernn'])('%s', async (name) => {
    const [x, y] = ['x', 'y'].map((letter) =>
      readNpyFloat32(readFileSync(`${folder}/${name}/${letter}.npy`)),
    );
    const bytes = readFileSync(`${folder}/${name}/${name}.keras`);
    const { graph } = await importModel(bytes, { name, step: true });
    const outputs = lastOutputs(graph, x.data, [4, ...x.shape.slice(1)]);
    for (const [record, last] of outputs.entries()) {
      const expected = y.data.slice(record * last.length, (record + 1) * last.length);
      expect(furthest(last, expected)).toBeLessThan(1e-6);
    }
  });
});
