/** Chooses a training engine. Engines load when they are asked for: other commands never pay for them. */

import { unsupportedError } from '../core/errors.ts';
import type { TrainingThreads } from './compiled/crew/training-threads.ts';
import { type BackendName, chosenEngine, type EngineChoice } from './engine-choice.ts';
import type { Trainer } from './trainer.ts';

/** A trainer, and a sentence saying what it runs on and why. */
export interface ChosenTrainer {
  readonly trainer: Trainer;
  readonly why: string;
}

/** The engine on TensorFlow.js, as `tfjsTrainer` loads it. */
export type TfjsTrainer = (backend?: BackendName) => Promise<ChosenTrainer>;

/** What a program brings along. */
export interface TrainerMeans {
  readonly tfjs?: TfjsTrainer | undefined;
  /** For the compiled engine. */
  readonly trainingThreads?: TrainingThreads | undefined;
}

/** What is not handed in, not installed, or cannot load is refused. */
export async function createTrainer(
  choice: EngineChoice = {},
  { tfjs, trainingThreads }: TrainerMeans = {},
): Promise<ChosenTrainer> {
  if (chosenEngine(choice) === 'compiled') {
    const { createCompiledTrainer } = await import('./compiled/engine.ts');
    return createCompiledTrainer(undefined, trainingThreads);
  }
  if (tfjs !== undefined) return tfjs(choice.backend);
  throw unsupportedError(
    'no-tfjs',
    'The engine "tfjs" was asked for, but this program brings no TensorFlow.js.',
    'Leave the engine and the backend out, or open the project with "tfjs: tfjsTrainer".',
  );
}
