/** The reference models and data beside the checkout, which not every machine has. */

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Outcome } from './row.ts';

const FOLDER = resolve('../shared');

export function sharedBytes(...parts: string[]): Uint8Array {
  return readFileSync(resolve(FOLDER, ...parts));
}

/** Measures where the files are; else says so. */
export function withShared(name: string, measure: () => Promise<Outcome[]>): () => Promise<Outcome[]> {
  return async () =>
    existsSync(FOLDER)
      ? measure()
      : [{ name, why: 'needs the reference models in ../shared beside the checkout' }];
}
