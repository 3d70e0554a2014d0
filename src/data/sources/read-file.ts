/** Files that are read one at a time, and those that cannot be. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError, TinymlError } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import type { ReadContext } from './source.ts';

/** The file is not what it says it is; `detail` is a sentence without a full stop. Input. */
export function badData(detail: string, hint: string, cause?: unknown): TinymlError {
  return inputError('bad-data', detail, hint, cause);
}

/** What a disk says of a file names it already. */
const NAMED_BY_THE_DISK = ['no-such-file', 'cannot-read', 'file-changed'];

/**
 * Hands an error that names its file to `skip`. Rethrows what is no fault of a file, and that one changed while it was read:
 * it may be good.
 */
export function skipFailure(error: unknown, { skip }: Pick<ReadContext, 'skip'>): void {
  if (!(error instanceof TinymlError) || error.code === 'file-changed') throw error;
  skip(error);
}

function named(error: unknown, { path }: DataFile): unknown {
  if (!(error instanceof TinymlError) || NAMED_BY_THE_DISK.includes(error.code)) return error;
  const { kind, code, message, hint } = error;
  return new TinymlError(kind, code, `${path}: ${message}`, hint, error);
}

/** What `body` gives, or undefined for a file that is skipped; the error then names the file. */
export function orSkip<T>(file: DataFile, context: Pick<ReadContext, 'skip'>, body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    skipFailure(named(error, file), context);
    return undefined;
  }
}

/** The same with the file open, and closed afterwards. */
export function readOrSkip<T>(
  file: DataFile,
  context: Pick<ReadContext, 'skip'>,
  body: (bytes: RandomAccessBytes) => T,
): T | undefined {
  return orSkip(file, context, () => {
    const bytes = file.open();
    try {
      return body(bytes);
    } finally {
      bytes.close();
    }
  });
}

/** Far more than any sniffing needs. */
const MOST_LOOKED_AT = 1000;

/**
 * What `look` finds in files spread over the whole list, for those who guess a format; files that cannot be read are left to
 * whoever reads the rows. Throws `no-data`, or what is wrong with the first file where none can be read.
 */
export function lookAt<T>(files: readonly DataFile[], look: (bytes: RandomAccessBytes) => T): readonly T[] {
  const step = Math.max(1, Math.ceil(files.length / MOST_LOOKED_AT));
  const errors: TinymlError[] = [];
  const found = files
    .filter((_, index) => index % step === 0)
    .flatMap((file) => {
      const one = readOrSkip(file, { skip: (error) => errors.push(error) }, (bytes) => ({
        value: look(bytes),
      }));
      return one === undefined ? [] : [one.value];
    });
  if (found.length > 0) return found;
  throw errors[0] ?? inputError('no-data', 'There is no file to read', 'Name a folder that has some.');
}
