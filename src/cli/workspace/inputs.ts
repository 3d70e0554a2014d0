/** Files that a command reads: what it writes must not replace them by accident. */

import { accessSync, constants, statSync } from 'node:fs';
import { readFailure } from '../../artifacts/file-errors.ts';
import { openInputFile, readInputFile } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { Session } from '../terminal/session.ts';
import { projectFilesAround } from './project-files.ts';

/** Throws `no-such-file` and `cannot-read` (input), which call the file as the user does. */
export function requireReadable(session: Session, path: string, what: string): void {
  try {
    accessSync(session.absolute(path), constants.R_OK);
  } catch (error) {
    throw readFailure(path, what, error);
  }
}

/** The same of data: a file, or a folder of them. */
export function requireData(session: Session, path: string): void {
  requireReadable(session, path, 'a file of data, or of a folder of them');
}

/** Reads a whole file of at most `limit` bytes; `what` says what it should be. */
export function readInput(session: Session, path: string, what: string, limit?: number): Uint8Array {
  const absolute = session.absolute(path);
  session.inputs.add(absolute);
  requireReadable(session, path, what);
  return readInputFile(absolute, what, limit);
}

/** Opens a file of any size to be read piece by piece. */
export function openInput(session: Session, path: string, what: string): RandomAccessBytes {
  const absolute = session.absolute(path);
  session.inputs.add(absolute);
  requireReadable(session, path, what);
  return openInputFile(absolute, what);
}

/** Tells files apart whatever their paths say; undefined for what is no regular file. */
function identity(path: string): string | undefined {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status?.isFile() ? `${status.dev}:${status.ino}` : undefined;
}

function identityOf(path: string): string | undefined {
  try {
    return identity(path);
  } catch {
    // Where it cannot even be looked at, the write itself will say why.
    return undefined;
  }
}

/** Those of `outputs`, absolute paths, that are files already, by what tells files apart. */
function replacedBy(outputs: readonly string[]): ReadonlyMap<string, string> {
  const replaced = new Map<string, string>();
  for (const path of outputs) {
    const own = identityOf(path);
    if (own !== undefined) replaced.set(own, path);
  }
  return replaced;
}

function refuse(session: Session, output: string, is: string): never {
  throw usageError(
    'output-is-input',
    `${session.shown(output)} ${is}, and would be replaced by the result`,
    'Give another path for the output.',
  );
}

/**
 * Throws `output-is-input` (usage) where one of `outputs`, absolute paths, is a file that the command reads, other than
 * the one it rewrites, or one that a project around cannot be without.
 */
export function refuseInputs(session: Session, outputs: readonly string[], rewritten?: string): void {
  const replaced = replacedBy(outputs);
  if (replaced.size === 0) return;
  const allowed = rewritten === undefined ? undefined : session.absolute(rewritten);
  const refuseKept = (path: string, is: string): void => {
    if (path === allowed) return;
    const output = replaced.get(identityOf(path) ?? '');
    if (output !== undefined) refuse(session, output, is);
  };
  for (const path of session.inputs) refuseKept(path, 'is what the command reads');
  for (const { path, is } of projectFilesAround(session, [...replaced.values()])) refuseKept(path, is);
}
