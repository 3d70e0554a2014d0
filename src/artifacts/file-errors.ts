/** The operating system's refusals as sentences. */

import { environmentError, inputError, TinymlError } from '../core/errors.ts';

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EBUSY: 'it is in use',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the device reports an error',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open',
  ENODEV: 'there is no such device',
  ENOSPC: 'the disk is full',
  ENXIO: 'nothing is at the other end',
  EPERM: 'permission is denied',
  EROFS: 'the file system is read-only',
};

const WRITE_REASONS: Readonly<Record<string, string>> = {
  ...REASONS,
  EAGAIN: 'nothing takes what is written',
  EBADF: 'it is not open for writing',
  EEXIST: 'a file is in the way of a folder',
  ENOTEMPTY: 'a folder is in the way',
  ENOENT: 'no file can be made there',
  EFBIG: 'the file would be larger than is allowed here (ulimit -f)',
  EISDIR: 'a folder is in the way',
  ENOTDIR: 'a file is in the way of a folder',
  EPIPE: 'the program that read it has ended',
};

const READ_REASONS: Readonly<Record<string, string>> = {
  ...REASONS,
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
};

/** What can be done instead of writing elsewhere. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'get permission to write there or ',
  EDQUOT: 'make room or ',
  ENOSPC: 'make room or ',
  EPERM: 'get permission to write there or ',
};

function replacedHint(code: string): string {
  return `Nothing that was there has changed; ${REMEDIES[code] ?? ''}choose another place, then run the command again.`;
}

/** Why the operating system refused to write, as the end of a sentence. */
export function writeReason(error: unknown): string {
  const code = errnoOf(error);
  return WRITE_REASONS[code] ?? code;
}

/** The sentence for a failed write to `path`. */
export function writeFailure(path: string, error: unknown, hint = replacedHint(errnoOf(error))): TinymlError {
  if (error instanceof TinymlError) return error;
  return environmentError('cannot-write', `Cannot write ${path}: ${writeReason(error)}`, hint, error);
}

/** The sentence for a failed read of `path`, which should be `what`. */
export function readFailure(path: string, what: string, error: unknown): TinymlError {
  if (error instanceof TinymlError) return error;
  const code = errnoOf(error);
  const hint = `Give the path of ${what}.`;
  if (code === 'ENOENT') return inputError('no-such-file', `${path} does not exist`, hint, error);
  return inputError('cannot-read', `Cannot read ${path}: ${READ_REASONS[code] ?? code}`, hint, error);
}
