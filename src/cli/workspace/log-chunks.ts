/** What a device or a compiler printed, from a file or from standard input, in pieces: logs may be larger than memory. */

import { createReadStream } from 'node:fs';
import { inputError } from '../../core/errors.ts';
import type { Session } from '../terminal/session.ts';

/** Stands for standard input. */
export const STANDARD_INPUT = '-';

/** How a log is called in messages. */
export function logName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
};

/** `what` says what the file should be. */
export async function* logChunks(session: Session, path: string, what: string): AsyncGenerator<Uint8Array> {
  if (path === STANDARD_INPUT) {
    yield* session.standardInput();
    return;
  }
  try {
    yield* createReadStream(session.absolute(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw inputError(
      'cannot-read',
      `Cannot read ${path}: ${REASONS[code] ?? code}`,
      `Give the path of ${what}, or - for standard input.`,
      error,
    );
  }
}
