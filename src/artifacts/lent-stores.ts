/** Stores on disk for work of which nothing stays. */

import { join } from 'node:path';
import { diskStore } from './disk-store.ts';
import type { LendStore } from './store.ts';
import { temporarySibling } from './temporaries.ts';
import { discard } from './unfinished.ts';

/** Lends folders in `root`, each for as long as the body takes; what a killed process leaves, the next one removes. */
export function lentFolders(root: string): <T>(body: (folder: string) => Promise<T>) => Promise<T> {
  return async (body) => {
    const folder = temporarySibling(join(root, 'lent'));
    try {
      return await body(folder);
    } finally {
      discard(folder);
    }
  };
}

/** Each in a folder of its own in `root`, the folder `artifacts`. */
export function lentDiskStores(root: string): LendStore {
  const lend = lentFolders(root);
  return (body) => lend((folder) => body(diskStore(folder)));
}
