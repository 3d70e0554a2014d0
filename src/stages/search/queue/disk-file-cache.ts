/** Files that a worker has fetched, on its disk, under their digests. */

import { join } from 'node:path';
import { writeFileWhole } from '../../../artifacts/files.ts';
import type { NamedPaths } from '../trial-files.ts';
import type { FileCache, SourceList } from './shared-sources.ts';

export interface DiskFileCache extends FileCache {
  /** Where the files of a list lie that are all there. */
  paths(list: SourceList): readonly NamedPaths[];
}

/** In a folder that nobody else writes to; it is made when the first file comes. */
export function diskFileCache(folder: string): DiskFileCache {
  const there = new Set<string>();
  const at = (digest: string): string => join(folder, digest);
  return {
    has: (digest) => there.has(digest),
    add(digest, bytes) {
      writeFileWhole(at(digest), bytes);
      there.add(digest);
    },
    paths: (list) =>
      list.map(({ name, files }) => ({
        name,
        files: files.map(({ path, sha256 }) => ({ path, at: at(sha256) })),
      })),
  };
}
