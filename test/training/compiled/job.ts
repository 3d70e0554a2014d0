/** Small training jobs on random samples, for tests of the engines. */

import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createInitialWeights } from '../../../src/training/initial-weights.ts';
import {
  modelSpecSchema,
  type NamedShape,
  topologyOf,
  toTopology,
} from '../../../src/training/model-spec.ts';
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
  return jobFor(toTopology(modelSpecSchema.parse({ layers }), shape), shape, recipe, outputs, kind);
}

/** The same of a model with several inputs. */
export function jobOfInputs(layers: readonly object[], inputs: readonly NamedShape[]): TrainingJob {
  const length = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return jobFor(topologyOf(modelSpecSchema.parse({ layers }), inputs), [length], {}, 3, 'numbers');
}

export function jobFor(
  topology: JsonObject,
  shape: Shape,
  recipe: object,
  outputs: number,
  kind: TargetKind,
): TrainingJob {
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
