/** Chooses a training engine. Engines load when they are asked for: other commands never pay for them. */

import type { Trainer } from './trainer.ts';

export const BACKENDS = ['node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** `why` is a sentence saying what the engine runs on and why; an explicit backend that cannot load is refused. */
export async function createTrainer(
  options: { backend?: BackendName } = {},
): Promise<{ trainer: Trainer; why: string }> {
  const { createTfjsTrainer } = await import('./tfjs/engine.ts');
  return createTfjsTrainer(options.backend);
}
