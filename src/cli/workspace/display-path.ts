import { relative } from 'node:path';
import type { CliIo } from '../terminal/io.ts';

/** A path as people type it, relative to the project. */
export function displayPath(io: CliIo, path: string): string {
  const shown = relative(io.cwd, path);
  return shown === '' ? '.' : shown.startsWith('..') ? path : shown;
}
