/** The reference models and data beside the checkout, which not every machine has. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Outcome } from './row.ts';

export const SHARED_FOLDER = resolve('../shared');

export function sharedBytes(...parts: string[]): Uint8Array {
  return readFileSync(resolve(SHARED_FOLDER, ...parts));
}

/** Measures where the files are; else says so. */
export function withShared(name: string, measure: () => Promise<Outcome[]>): () => Promise<Outcome[]> {
  return async () =>
    existsSync(SHARED_FOLDER)
      ? measure()
      : [{ name, why: 'needs the reference models in ../shared beside the checkout' }];
}
