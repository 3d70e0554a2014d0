/** TensorFlow.js for whoever trains with it: nothing of it loads before that. */

import type { BackendName } from '../engine-choice.ts';
import type { ChosenTrainer } from '../trainers.ts';

/** Without a backend the best one that loads. Throws `tfjs-not-installed` (environment) where packages are missing. */
export async function tfjsTrainer(backend?: BackendName): Promise<ChosenTrainer> {
  const { requireEngine } = await import('./packages.ts');
  requireEngine(backend);
  const { createTfjsTrainer } = await import('./engine.ts');
  return createTfjsTrainer(backend);
}
