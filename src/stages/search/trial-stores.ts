/** The stores of a worker: trials with the same samples get the same one, so that samples are made once. */

import { memoryStore } from '../../artifacts/memory-store.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Trial } from './trial.ts';

/** Samples of so many kinds are kept. */
const KEPT = 3;

/** Of one worker, which runs one trial at a time. */
export function trialStores(): (trial: Trial) => ArtifactStore {
  const stores = new Map<string, ArtifactStore>();
  return ({ config, sources }) => {
    const key = canonicalJson([config.dataset ?? null, config.seed ?? null, sources]);
    const store = stores.get(key) ?? memoryStore();
    // The latest is the last.
    stores.delete(key);
    stores.set(key, store);
    for (const oldest of [...stores.keys()].slice(0, -KEPT)) stores.delete(oldest);
    return store;
  };
}
