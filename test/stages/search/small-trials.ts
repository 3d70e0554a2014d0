/** Trials of a project that trains in a moment. */

import { TOOL } from '../../../src/core/version.ts';
import { type ProjectInput, parseProject } from '../../../src/stages/config.ts';
import { parseSearchSpace } from '../../../src/stages/search/space/space-schema.ts';
import type { Trial } from '../../../src/stages/search/trial.ts';
import { sourcesDigest } from '../../../src/stages/search/trial-sources.ts';

/** A curve of few samples and a network of few units. */
export const SMALL_PROJECT = {
  seed: 3,
  dataset: { source: 'sine', samples: 120 },
  model: { architecture: 'mlp', units: [8] },
  training: { loss: 'mse', epochs: 2, batchSize: 16 },
} as const;

export function smallTrial(changes: Partial<Trial> = {}): Trial {
  return {
    number: 1,
    rung: 0,
    epochs: 2,
    config: SMALL_PROJECT as unknown as Trial['config'],
    measures: 'converted',
    sources: sourcesDigest([]),
    tool: TOOL,
    ...changes,
  };
}

/** The same with epochs enough for three rungs. */
export const searchedProject = parseProject({
  ...SMALL_PROJECT,
  training: { ...SMALL_PROJECT.training, epochs: 9 },
  quantization: { method: 'tensorflow' },
} as unknown as ProjectInput);

/** Its widths and depths, and how fast it learns. */
export const SMALL_SPACE = parseSearchSpace(
  {
    knobs: {
      'model.units': { length: [1, 2], each: { from: 2, to: 12 } },
      'training.learningRate': [0.003, 0.01],
    },
  },
  'space.json',
);
