/** Chooses a training engine. Engines load when they are asked for: other commands never pay for them. */

import { unsupportedError } from '../core/errors.ts';
import { type BackendName, chosenEngine, type EngineChoice } from './engine-choice.ts';
import type { Trainer } from './trainer.ts';

/** A trainer, and a sentence saying what it runs on and why. */
export interface ChosenTrainer {
  readonly trainer: Trainer;
  readonly why: string;
}

/** The engine on TensorFlow.js, as `tfjsTrainer` loads it. */
export type TfjsTrainer = (backend?: BackendName) => Promise<ChosenTrainer>;

/** What is not handed in, not installed, or cannot load is refused. */
export async function createTrainer(choice: EngineChoice = {}, tfjs?: TfjsTrainer): Promise<ChosenTrainer> {
  if (chosenEngine(choice) === 'compiled') {
    const { createCompiledTrainer } = await import('./compiled/engine.ts');
    return createCompiledTrainer();
  }
  if (tfjs !== undefined) return tfjs(choice.backend);
  throw unsupportedError(
    'no-tfjs',
    'The engine "tfjs" was asked for, but this program brings no TensorFlow.js.',
    'Leave the engine and the backend out, or open the project with "tfjs: tfjsTrainer".',
  );
}
