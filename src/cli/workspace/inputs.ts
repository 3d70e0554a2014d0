/** Files that a command reads: what it writes must not replace them by accident. */

import { statSync } from 'node:fs';
import { openInputFile, readInputFile } from '../../artifacts/files.ts';
import { usageError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { Session } from '../terminal/session.ts';

/** Reads a whole file of at most `limit` bytes; `what` says what it should be. */
export function readInput(session: Session, path: string, what: string, limit?: number): Uint8Array {
  const absolute = session.absolute(path);
  session.inputs.add(absolute);
  return readInputFile(absolute, what, limit);
}

/** Opens a file of any size to be read piece by piece. */
export function openInput(session: Session, path: string, what: string): RandomAccessBytes {
  const absolute = session.absolute(path);
  session.inputs.add(absolute);
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

/** Throws `output-is-input` (usage) where `output` is a file that the command reads, other than the one it rewrites. */
export function refuseInputs(session: Session, output: string, rewritten?: string): void {
  const written = identityOf(output);
  if (written === undefined) return;
  const allowed = rewritten === undefined ? undefined : session.absolute(rewritten);
  const others = [...session.inputs].filter((path) => path !== allowed);
  if (!others.some((path) => identityOf(path) === written)) return;
  throw usageError(
    'output-is-input',
    `${session.shown(output)} is what the command reads, and would be replaced by its result`,
    'Give another path for the output.',
  );
}
