/** Files that a worker has fetched, on its disk, under their digests. */

import { join } from 'node:path';
import { listDataFiles } from '../../../artifacts/data-files.ts';
import { writeFileWhole } from '../../../artifacts/files.ts';
import type { FileCache } from './shared-sources.ts';

/** In a folder that nobody else writes to; it is made when the first file comes. */
export function diskFileCache(folder: string): FileCache {
  const there = new Set<string>();
  return {
    find(digest, path) {
      if (!there.has(digest)) return undefined;
      const [file] = listDataFiles(join(folder, digest));
      return { ...file, path };
    },
    add(digest, bytes) {
      writeFileWhole(join(folder, digest), bytes);
      there.add(digest);
    },
  };
}
