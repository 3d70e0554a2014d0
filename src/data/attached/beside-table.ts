/** Where the files lie that a table names. */

import { inputError } from '../../core/errors.ts';
import type { DataFile } from '../sources/data-file.ts';

/** A table, and the folder that its paths begin at, as the project file would name it; empty for that of the project file. */
export interface ListedTable {
  readonly file: DataFile;
  readonly folder: string;
}

/** Up to the last slash. */
function parentOf(path: string): string {
  return path.replace(/[^/\\]*$/, '');
}

/** `files` are what is listed at `path`, which is one of them or the folder of all. */
export function listedTables(path: string, files: readonly DataFile[]): readonly ListedTable[] {
  const [only, ...others] = files;
  const isFile =
    others.length === 0 && (only.path === path || only.path === path.slice(parentOf(path).length));
  const root = isFile ? parentOf(path) : path.replace(/[/\\]*$/, '/');
  return files.map((file) => ({ file, folder: isFile ? root : root + parentOf(file.path) }));
}

/**
 * The path of the file `name`, which stands in a table. Throws `unsafe-path` (input) for what leads out of the table's folder:
 * tables come from anywhere.
 */
export function besideTable(folder: string, name: string): string {
  const path = name.replace(/^\.\//, '');
  const isSafe =
    path.split(/[/\\]/).every((part) => part !== '' && part !== '.' && part !== '..') &&
    !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) &&
    !path.includes('\0');
  if (isSafe) return folder + path;
  throw inputError(
    'unsafe-path',
    `${JSON.stringify(name)} does not lead to a file in the folder of the table`,
    'Name files from that folder on, without "..".',
  );
}
