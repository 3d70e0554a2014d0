/** Trials of a project that trains in a moment. */

import { TOOL } from '../../../src/core/version.ts';
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
