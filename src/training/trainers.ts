/** Chooses a training engine. Engines load when they are asked for: other commands never pay for them. */

import { usageError } from '../core/errors.ts';
import type { Trainer } from './trainer.ts';

export const ENGINES = ['compiled', 'tfjs'] as const;
export type EngineName = (typeof ENGINES)[number];

/** What TensorFlow.js computes with. */
export const BACKENDS = ['node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface EngineChoice {
  /** By default `compiled`; `tfjs` where a backend is named. */
  readonly engine?: EngineName | undefined;
  readonly backend?: BackendName | undefined;
}

/** The engine that a choice means. Throws a usage error where the backend is not one of the engine named. */
export function chosenEngine({ engine, backend }: EngineChoice): EngineName {
  if (engine === 'compiled' && backend !== undefined) {
    throw usageError(
      'engine-without-backends',
      `The backend "${backend}" is one of TensorFlow.js, but the engine "compiled" was asked for.`,
      'Leave --engine out, or choose --engine tfjs.',
    );
  }
  return engine ?? (backend === undefined ? 'compiled' : 'tfjs');
}

/** `why` is a sentence saying what the engine runs on and why; an explicit backend that cannot load is refused. */
export async function createTrainer(choice: EngineChoice = {}): Promise<{ trainer: Trainer; why: string }> {
  if (chosenEngine(choice) === 'compiled') {
    const { createCompiledTrainer } = await import('./compiled/engine.ts');
    return createCompiledTrainer();
  }
  const { createTfjsTrainer } = await import('./tfjs/engine.ts');
  return createTfjsTrainer(choice.backend);
}
