/** Stores on disk for work of which nothing stays. */

import { join } from 'node:path';
import { diskStore } from './disk-store.ts';
import type { LendStore } from './store.ts';
import { temporarySibling } from './temporaries.ts';
import { discard } from './unfinished.ts';

/** Each in a folder of its own in `root`, the folder `artifacts`; what a killed process leaves, the next one removes. */
export function lentDiskStores(root: string): LendStore {
  return async (body) => {
    const folder = temporarySibling(join(root, 'lent'));
    try {
      return await body(diskStore(folder));
    } finally {
      discard(folder);
    }
  };
}
