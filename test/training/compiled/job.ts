/** Small training jobs on random samples, for tests of the engines. */

import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import { modelSpecSchema, toTopology } from '../../../src/training/model-spec.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import type { LabelledSamples, Trainer, TrainingJob, TrainingResult } from '../../../src/training/trainer.ts';

export const IMAGE: Shape = [9, 8, 2];
export const SIGNAL: Shape = [12, 3];

export type TargetKind = 'numbers' | 'classes' | 'yes-no';

function draw(
  samples: number,
  shape: Shape,
  outputs: number,
  kind: TargetKind,
  purpose: string,
): LabelledSamples {
  const random = createRandom(8, purpose);
  const x = Float32Array.from({ length: samples * elementCount(shape) }, () => random.normal());
  const y = new Float32Array(samples * outputs);
  for (let sample = 0; sample < samples; sample++) {
    if (kind === 'classes') y[sample * outputs + random.below(outputs)] = 1;
    else {
      for (let i = 0; i < outputs; i++) {
        y[sample * outputs + i] = kind === 'numbers' ? random.normal() : random.below(2);
      }
    }
  }
  return {
    x: rowsInMemory({ data: x, shape: [samples, ...shape] }),
    y: rowsInMemory({ data: y, shape: [samples, outputs] }),
  };
}

export function jobOf(
  layers: readonly object[],
  shape: Shape,
  recipe: object = {},
  outputs = 3,
  kind: TargetKind = 'numbers',
): TrainingJob {
  const topology = toTopology(modelSpecSchema.parse({ layers }), shape);
  return {
    topology,
    initialWeights: createInitialWeights(topology, 2),
    recipe: recipeSchema.parse({
      epochs: 3,
      batchSize: 8,
      optimizer: 'sgd',
      learningRate: 0.02,
      metrics: ['mae'],
      schedule: { type: 'constant' },
      ...recipe,
    }),
    seed: 2,
    // The last batch is a smaller one.
    train: draw(29, shape, outputs, kind, 'train'),
    validation: draw(13, shape, outputs, kind, 'validation'),
  };
}

export function train(trainer: Trainer, job: TrainingJob): Promise<TrainingResult> {
  return trainer.train(job, { signal: new AbortController().signal, onEpoch: () => {} });
}
