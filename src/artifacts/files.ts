/** Files read with a limit or piece by piece, written whole or not at all. */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { inputError } from '../core/errors.ts';
import { bytesInMemory, type RandomAccessBytes } from '../core/random-access.ts';
import { readFailure, writeFailure } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';
import { type OutputTarget, openOutput, outputTarget } from './output-target.ts';
import { temporarySibling } from './temporaries.ts';
import { discard, published } from './unfinished.ts';

const MAX_FILE_BYTES = 2 ** 31 - 1;
/** Of a pipe or a device, all of which is in memory. */
const MAX_STREAM_BYTES = 2 ** 29;
const PIECE_BYTES = 2 ** 16;

/** Reads what has no length beforehand, a pipe say, to its end. */
function readToEnd(file: number, path: string, what: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const piece = new Uint8Array(PIECE_BYTES);
    const read = readSync(file, piece);
    if (read === 0) return Buffer.concat(pieces, bytes);
    bytes += read;
    if (bytes > MAX_STREAM_BYTES) {
      throw inputError(
        'file-too-large',
        `${path} is no file and gives more than ${MAX_STREAM_BYTES} bytes, too many for ${what}`,
        `Give the path of ${what}.`,
      );
    }
    pieces.push(piece.subarray(0, read));
  }
}

/** The first byte of a file; undefined where there is none, or where reading it would take it away from others. */
export function firstByteOf(path: string, what: string): number | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const file = openSync(path, 'r');
    try {
      const byte = new Uint8Array(1);
      return readSync(file, byte) === 0 ? undefined : byte[0];
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw readFailure(path, what, error);
  }
}

/** Reads a whole file of at most `limit` bytes; `what` says what it should be. */
export function readInputFile(path: string, what: string, limit = MAX_FILE_BYTES): Uint8Array {
  try {
    const status = statSync(path);
    const { size } = status;
    if (size > limit) throw inputError('file-too-large', `${path} has ${size} bytes, too many for ${what}`);
    if (status.isFile() || status.isDirectory()) return readFileSync(path);
    const file = openSync(path, 'r');
    try {
      return readToEnd(file, path, what);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw readFailure(path, what, error);
  }
}

/** Fills `into`; a file that got shorter meanwhile is an error. */
export function readFully(file: number, path: string, offset: number, into: Uint8Array): void {
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
        return bytesInMemory(readToEnd(file, path, what));
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

export function writeFully(file: number, content: Uint8Array): void {
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

function encode(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Puts `content` in the place of the regular file `path`, through a temporary sibling and a rename. */
function replaceFile(path: string, content: Uint8Array): void {
  const temporary = temporarySibling(path);
  try {
    makeFolder(dirname(path));
    writeSynced(temporary, content);
    renameSync(temporary, path);
    published(temporary);
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

/**
 * Writes one file whole or not at all; folders are made as needed. Links are followed, and a device or a pipe is
 * written into. Throws `cannot-write`, `no-reader` (environment).
 */
export function writeFileWhole(path: string, content: Uint8Array | string): void {
  try {
    const target = outputTarget(path);
    if (target.kind === 'file') {
      replaceFile(target.path, encode(content));
      return;
    }
    const output = openOutput(target);
    try {
      output.append(encode(content));
    } finally {
      output.close();
    }
  } catch (error) {
    throw writeFailure(path, error);
  }
}

type Body = (append: (piece: Uint8Array) => void) => Promise<void>;

/** Writes a sibling of `path`, which `publish` gives its name. */
async function writeSiblingInPieces<T>(
  path: string,
  body: Body,
  publish: (temporary: string) => T,
): Promise<T> {
  // An error of `body` is not the disk's.
  const onDisk = <Result>(act: () => Result): Result => {
    try {
      return act();
    } catch (error) {
      throw writeFailure(path, error);
    }
  };
  const temporary = temporarySibling(path);
  try {
    onDisk(() => makeFolder(dirname(path)));
    const file = onDisk(() => openSync(temporary, 'wx'));
    try {
      await body((piece) => onDisk(() => writeFully(file, piece)));
      onDisk(() => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    return onDisk(() => publish(temporary));
  } catch (error) {
    discard(temporary);
    throw error;
  }
}

async function replaceFileInPieces(path: string, body: Body): Promise<void> {
  await writeSiblingInPieces(path, body, (temporary) => {
    renameSync(temporary, path);
    published(temporary);
  });
}

/** Whether the file got that name; false where another has it. */
function nameFile(temporary: string, path: string): boolean {
  try {
    // Unlike a rename, a link takes nobody's place.
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (existsSync(path)) return false;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    // Disks without links, as most memory cards are.
    renameSync(temporary, path);
    return true;
  }
}

/**
 * Writes a file piece by piece, under the first of `names` (paths of one folder) that is free when it is whole. Returns that
 * name. What is there is never replaced.
 */
export async function writeNewFileInPieces(names: readonly string[], body: Body): Promise<string> {
  return await writeSiblingInPieces(names[0], body, (temporary) => {
    for (const name of names) {
      if (!nameFile(temporary, name)) continue;
      discard(temporary);
      return name;
    }
    throw Object.assign(new Error('exists'), { code: 'EEXIST' });
  });
}

function targetOf(path: string): OutputTarget {
  try {
    return outputTarget(path);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Like `writeFileWhole`, with the content piece by piece as `body` hands it over. */
export async function writeFileInPieces(path: string, body: Body): Promise<void> {
  const target = targetOf(path);
  if (target.kind === 'file') {
    await replaceFileInPieces(target.path, body);
    return;
  }
  const output = openOutput(target);
  try {
    await body((piece) => output.append(piece));
  } finally {
    output.close();
  }
}

/** A file that lies on the same disk already. */
export interface MovableFile {
  /** Synced first; may be called again, after which it lies at the new place alone. */
  moveTo(path: string): void;
}

/** Writes a folder of files under a temporary name and renames it to `path`, which must not exist. */
export function writeFolderWhole(path: string, files: ReadonlyMap<string, Uint8Array | MovableFile>): void {
  const temporary = temporarySibling(path);
  try {
    makeFolder(temporary);
    for (const [name, content] of files) {
      const target = join(temporary, name);
      makeFolder(dirname(target));
      if (content instanceof Uint8Array) writeSynced(target, content);
      else content.moveTo(target);
    }
    if (existsSync(path)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    renameSync(temporary, path);
    published(temporary);
  } catch (error) {
    discard(temporary);
    throw writeFailure(path, error);
  }
}
