/** Files read with a limit or piece by piece, written whole or not at all; the operating system's refusals as sentences. */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentError, inputError, TinymlError } from '../core/errors.ts';
import { bytesInMemory, type RandomAccessBytes } from '../core/random-access.ts';

const MAX_FILE_BYTES = 2 ** 31 - 1;

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

const WRITE_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'a folder is in the way',
  ENOTDIR: 'a file is in the way of a folder',
  EEXIST: 'a file is in the way of a folder',
};

/** The sentence for a failed write to `path`. */
export function writeFailure(path: string, error: unknown): TinymlError {
  if (error instanceof TinymlError) return error;
  const code = errnoOf(error);
  return environmentError(
    'cannot-write',
    `Cannot write ${path}: ${WRITE_REASONS[code] ?? code}`,
    'Nothing that was there has changed; make room or choose another place, then run the command again.',
    error,
  );
}

/** The sentence for a failed read of `path`, which should be `what`. */
function readFailure(path: string, what: string, error: unknown): TinymlError {
  if (error instanceof TinymlError) return error;
  const code = errnoOf(error);
  if (code === 'ENOENT') {
    return inputError('no-such-file', `${path} does not exist`, `Give the path of ${what}.`, error);
  }
  const reason = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'permission is denied' : code;
  return inputError('cannot-read', `Cannot read ${path}: ${reason}`, `Give the path of ${what}.`, error);
}

/** Reads a whole file; `what` says what it should be. */
export function readInputFile(path: string, what: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES)
      throw inputError('file-too-large', `${path} has ${size} bytes, too many for ${what}`);
    return readFileSync(path);
  } catch (error) {
    throw readFailure(path, what, error);
  }
}

/** Fills `into`; a file that got shorter meanwhile is an error. */
function readFully(file: number, path: string, offset: number, into: Uint8Array): void {
  let filled = 0;
  while (filled < into.length) {
    const read = readSync(file, into, filled, into.length - filled, offset + filled);
    if (read === 0) {
      throw inputError(
        'file-changed',
        `${path} got shorter while it was read: nothing is left at byte ${offset + filled}`,
        'Run the command again when nobody writes to that file.',
      );
    }
    filled += read;
  }
}

/** Opens a file of any size to be read piece by piece; what cannot be (a pipe) is read whole. */
export function openInputFile(path: string, what: string): RandomAccessBytes {
  try {
    const file = openSync(path, 'r');
    const status = fstatSync(file);
    if (!status.isFile()) {
      try {
        return bytesInMemory(readFileSync(file));
      } finally {
        closeSync(file);
      }
    }
    return {
      length: status.size,
      readAt(offset, into) {
        try {
          readFully(file, path, offset, into);
        } catch (error) {
          throw readFailure(path, what, error);
        }
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    throw readFailure(path, what, error);
  }
}

function writeFully(file: number, content: Uint8Array): void {
  let written = 0;
  while (written < content.length) written += writeSync(file, content, written);
}

function writeSynced(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    writeFully(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A name in the same folder that nobody else uses, so that the final rename is atomic. */
export function temporarySibling(path: string): string {
  const unique = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  return join(dirname(path), `.tinyml-tmp-${unique}`);
}

function encode(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Removes what a failed write left; its own failure must not hide the reason. */
function discard(temporary: string): void {
  try {
    rmSync(temporary, { force: true, recursive: true });
  } catch {
    // The folder could not even be entered, so nothing was left there.
  }
}

/** Writes one file through a temporary sibling and a rename; folders are made as needed. */
export function writeFileWhole(path: string, content: Uint8Array | string): void {
  const temporary = temporarySibling(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeSynced(temporary, encode(content));
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw writeFailure(path, error);
  }
}

/** Like `writeFileWhole`, with the content piece by piece as `body` hands it over. */
export async function writeFileInPieces(
  path: string,
  body: (append: (piece: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  // An error of `body` is not the disk's.
  const onDisk = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw writeFailure(path, error);
    }
  };
  const temporary = temporarySibling(path);
  try {
    onDisk(() => mkdirSync(dirname(path), { recursive: true }));
    const file = onDisk(() => openSync(temporary, 'wx'));
    try {
      await body((piece) => onDisk(() => writeFully(file, piece)));
      onDisk(() => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    onDisk(() => renameSync(temporary, path));
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/** Writes a folder of files under a temporary name and renames it to `path`, which must not exist. */
export function writeFolderWhole(path: string, files: ReadonlyMap<string, Uint8Array>): void {
  const temporary = temporarySibling(path);
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, content] of files) {
      const target = join(temporary, name);
      mkdirSync(dirname(target), { recursive: true });
      writeSynced(target, content);
    }
    if (existsSync(path)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    renameSync(temporary, path);
  } catch (error) {
    discard(temporary);
    throw writeFailure(path, error);
  }
}
