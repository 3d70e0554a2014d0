/** The training engines there are, and which of them a command line means. */

import { usageError } from '../core/errors.ts';

/** `compiled` is tinyml's own. */
export const ENGINES = ['compiled', 'tfjs'] as const;
/** One of `ENGINES`. */
export type EngineName = (typeof ENGINES)[number];

/** What TensorFlow.js computes with. */
export const BACKENDS = ['node', 'wasm', 'cpu'] as const;
/** One of `BACKENDS`. */
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
