import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Another process may have made it meanwhile, so a folder that is there is as good as one that was made. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    // Quiet where it is a folder, and tells a file in the way as such; nothing is left to make.
    mkdirSync(path, { recursive: true });
  }
}

/**
 * Makes a folder and those above it. Not Node's own `recursive`, which loops for ever where a file system refuses with
 * ENOENT below a folder that is there, as /proc does.
 */
export function makeFolder(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if (!isMissing(error) || above === path) throw error;
    makeFolder(above);
    makeOne(path);
  }
}
