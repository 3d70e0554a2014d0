/** Models whose samples are several arrays. */

import { expect, it } from 'vitest';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { jobOfInputs } from './job.ts';
import { expectSameTraining } from './same-training.ts';

const INPUTS = [
  { name: 'motion', shape: [12, 3] },
  { name: 'meta', shape: [4] },
];
const LAYERS = [
  { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'relu', inputs: ['motion'] },
  { type: 'Flatten', name: 'flat' },
  { type: 'Dense', units: 5, activation: 'tanh', name: 'known', inputs: ['meta'] },
  { type: 'Concatenate', inputs: ['flat', 'known', 'meta'] },
  { type: 'Dense', units: 3 },
];

it('learn what TensorFlow.js learns of them', async () => {
  await expectSameTraining(jobOfInputs(LAYERS, INPUTS));
});

it('are Keras models with these inputs in this order', () => {
  const { topology, initialWeights } = jobOfInputs(LAYERS, INPUTS);
  const graph = importKeras({ topology, weights: initialWeights });
  expect(graph.inputs.map((id) => getValue(graph, id).name)).toEqual(['motion', 'meta']);
});

it('need a reader for every input, and names of their own', () => {
  const [first, , , , last] = LAYERS;
  expect(() => jobOfInputs([first, { type: 'Flatten' }, last], INPUTS)).toThrow(
    'No layer reads the input "meta"',
  );
  const taken = LAYERS.map((layer) =>
    'name' in layer && layer.name === 'known' ? { ...layer, name: 'motion' } : layer,
  );
  expect(() => jobOfInputs(taken, INPUTS)).toThrow();
  expect(() => jobOfInputs([{ ...first, inputs: ['sound'] }], INPUTS)).toThrow(
    'reads "sound", but no layer has that name',
  );
});
