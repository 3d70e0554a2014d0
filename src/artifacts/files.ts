/** Files read with a limit and written whole or not at all, with the operating system's refusals as sentences. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentError, inputError, TinymlError } from '../core/errors.ts';

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

/** Reads a whole file; `what` says what it should be. */
export function readInputFile(path: string, what: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES)
      throw inputError('file-too-large', `${path} has ${size} bytes, too many for ${what}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof TinymlError) throw error;
    const code = errnoOf(error);
    if (code === 'ENOENT') {
      throw inputError('no-such-file', `${path} does not exist`, `Give the path of ${what}.`, error);
    }
    const reason = code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'permission is denied' : code;
    throw inputError('cannot-read', `Cannot read ${path}: ${reason}`, `Give the path of ${what}.`, error);
  }
}

function writeSynced(path: string, content: Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    let written = 0;
    while (written < content.length) written += writeSync(file, content, written);
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
