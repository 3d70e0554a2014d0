/** Small training jobs of a model with three outputs, on random samples. */

import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Head } from '../../../src/training/heads.ts';
import { modelSpecSchema, topologyOf } from '../../../src/training/model-spec.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import type { LabelledSamples, TrainingJob } from '../../../src/training/trainer.ts';
import { jobFor } from './job.ts';

const INPUTS = [{ name: 'signal', shape: [12, 3] }];
/** The second head reads the first one, too. */
const LAYERS = [
  { type: 'Conv1D', filters: 4, kernelSize: 3, activation: 'tanh', inputs: ['signal'] },
  { type: 'Flatten', name: 'flat' },
  { type: 'Dense', units: 3, activation: 'softmax', name: 'kind' },
  { type: 'Dense', units: 6, activation: 'tanh', name: 'hidden', inputs: ['flat'] },
  { type: 'Concatenate', name: 'both', inputs: ['hidden', 'kind'] },
  { type: 'Dense', units: 2, name: 'place' },
  { type: 'Dense', units: 1, activation: 'sigmoid', name: 'moving', inputs: ['hidden'] },
];
export const KIND: Head = {
  name: 'kind',
  size: 3,
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
  weight: 1,
};
export const PLACE: Head = { name: 'place', size: 2, loss: 'huber', metrics: ['mae', 'mse'], weight: 0.25 };
export const MOVING: Head = {
  name: 'moving',
  size: 1,
  loss: 'binaryCrossentropy',
  metrics: ['accuracy', 'auc'],
  weight: 2,
};
export const HEADS = [KIND, PLACE, MOVING];

export const topologyFor = (heads: readonly Head[], layers: readonly object[] = LAYERS): JsonObject =>
  topologyOf(
    modelSpecSchema.parse({ layers }),
    INPUTS,
    heads.map(({ name }) => name as string),
  );

/** A class, two numbers far from 0, and yes or no: in the order of `HEADS`. */
function labelled(count: number, purpose: string): LabelledSamples {
  const random = createRandom(4, purpose);
  const x = Float32Array.from({ length: count * 36 }, () => random.normal());
  const rows = Array.from({ length: count }, () => {
    const kind: number = random.below(3);
    return [0, 1, 2]
      .map((place) => Number(place === kind))
      .concat([2 + random.normal(), random.normal(), random.below(2)]);
  });
  return {
    x: rowsInMemory({ data: x, shape: [count, 12, 3] }),
    y: rowsInMemory({ data: Float32Array.from(rows.flat()), shape: [count, 6] }),
  };
}

export function jobOfOutputs(heads: readonly Head[] = HEADS, recipe: object = {}): TrainingJob {
  const job = jobFor(topologyFor(HEADS), [12, 3], recipe, 6, 'numbers');
  return { ...job, heads, train: labelled(29, 'train'), validation: labelled(13, 'validation') };
}
