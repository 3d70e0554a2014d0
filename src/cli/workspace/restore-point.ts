/** What lies at some paths, so that a command that fails leaves them as they were. */

import { existsSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readInputFile, writeFileWhole } from '../../artifacts/files.ts';

/** From the path's folder up, those that are not there. */
function missingFolders(path: string): readonly string[] {
  const folder = dirname(path);
  return existsSync(folder) || folder === path ? [] : [folder, ...missingFolders(folder)];
}

/** Removes a folder that the command made, unless somebody else has put something there. */
function removeEmptied(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty, or gone.
  }
}

/**
 * Gives back what brings the paths to where they are now: what is new there is removed, with folders that were made for it,
 * and files get their bytes back. Folders that are there already stay as they are then.
 */
export function restorePoint(paths: readonly string[]): () => void {
  const fresh = paths.filter((path) => !existsSync(path));
  const files = paths
    .filter((path) => !fresh.includes(path) && statSync(path).isFile())
    .map((path) => ({ path, bytes: readInputFile(path, 'a file to be kept') }));
  const folders = new Set(fresh.flatMap(missingFolders));
  return () => {
    for (const path of fresh) rmSync(path, { recursive: true, force: true });
    for (const { path, bytes } of files) writeFileWhole(path, bytes);
    for (const folder of [...folders].sort((a, b) => b.length - a.length)) removeEmptied(folder);
  };
}
