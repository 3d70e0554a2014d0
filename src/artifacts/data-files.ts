/** Data on a disk: a file, or all files of a folder, which must stay as they are while they are read. */

import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DataFile, ListedSort } from '../core/data-file.ts';
import { inputError, type TinymlError, unsupportedError } from '../core/errors.ts';
import { bytesInMemory } from '../core/random-access.ts';
import { readFailure } from './file-errors.ts';
import { openInputFile, readInputFile } from './files.ts';

const WHAT = 'a file of data, or of a folder of them';

/** Far above any folder of data, and far below a whole disk. */
const MAX_FILES = 200_000;

function statusOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw readFailure(path, WHAT, error);
  }
}

function changed(path: string): TinymlError {
  return inputError(
    'file-changed',
    `${path} was changed while it was being read`,
    'Run the command again when nobody writes to that file.',
  );
}

function fileOnDisk(path: string, name: string, listed: Stats): DataFile {
  const requireSame = (): void => {
    const now = statusOf(path);
    if (now.size === listed.size && now.mtimeMs === listed.mtimeMs && now.ino === listed.ino) return;
    throw changed(path);
  };
  return {
    path: name,
    length: listed.size,
    open() {
      requireSame();
      const bytes = openInputFile(path, WHAT);
      return {
        length: listed.size,
        readAt(offset, into) {
          bytes.readAt(offset, into);
          requireSame();
        },
        close: () => bytes.close(),
      };
    },
  };
}

/** What gives its bytes only once: a pipe. */
function fileInMemory(path: string): DataFile {
  const bytes = readInputFile(path, WHAT);
  return { path: basename(path), length: bytes.length, open: () => bytesInMemory(bytes) };
}

function lookInto(folder: string): { readonly real: string; readonly names: readonly string[] } {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
    return { real: realpathSync(folder), names };
  } catch (error) {
    throw readFailure(folder, WHAT, error);
  }
}

/** Adds the files of a folder to `found`; `above` are the real paths of the folders that lead to it. */
function collect(folder: string, prefix: string, above: readonly string[], found: DataFile[]): void {
  const { real, names } = lookInto(folder);
  if (above.includes(real)) {
    throw inputError(
      'folder-loop',
      `${folder} is a link to a folder that it lies in`,
      'Remove that link, or name a folder without it.',
    );
  }
  for (const name of names) {
    const path = join(folder, name);
    const status = statusOf(path);
    if (status.isDirectory()) collect(path, `${prefix}${name}/`, [...above, real], found);
    if (status.isFile()) found.push(fileOnDisk(path, `${prefix}${name}`, status));
    if (found.length > MAX_FILES) {
      throw unsupportedError(
        'too-large',
        `${path} is file ${found.length} of the folder, and at most ${MAX_FILES} are read`,
        'Name the folder that holds the data alone.',
      );
    }
  }
}

/**
 * The file at `path`, or every file of that folder and of the folders in it, sorted by path; links are followed, and what is
 * hidden (its name begins with a dot), a pipe or a device is not looked at. One at `path` itself is read at once, or refused. Throws `no-such-file`, `cannot-read`, `no-data`,
 * `folder-loop` (input), `too-large` (unsupported).
 */
export function listDataFiles(path: string, sort: ListedSort = 'any'): readonly DataFile[] {
  const status = statusOf(path);
  if (status.isFile()) return [fileOnDisk(path, basename(path), status)];
  if (!status.isDirectory() && sort === 'stored') {
    throw inputError('cannot-read', `${path} is a pipe or a device`, 'Name a file that lies on the disk.');
  }
  if (!status.isDirectory()) return [fileInMemory(path)];
  const found: DataFile[] = [];
  collect(path, '', [], found);
  if (found.length === 0) {
    throw inputError(
      'no-data',
      `${path} is a folder without any file`,
      'Name the folder that holds the data.',
    );
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}
