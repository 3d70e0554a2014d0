/** Chooses a training engine. Engines load when they are asked for: other commands never pay for them. */

import { chosenEngine, type EngineChoice } from './engine-choice.ts';
import type { Trainer } from './trainer.ts';

/** `why` is a sentence saying what the engine runs on and why; what is not installed or cannot load is refused. */
export async function createTrainer(choice: EngineChoice = {}): Promise<{ trainer: Trainer; why: string }> {
  if (chosenEngine(choice) === 'compiled') {
    const { createCompiledTrainer } = await import('./compiled/engine.ts');
    return createCompiledTrainer();
  }
  const { requireEngine } = await import('./tfjs/packages.ts');
  requireEngine(choice.backend);
  const { createTfjsTrainer } = await import('./tfjs/engine.ts');
  return createTfjsTrainer(choice.backend);
}
