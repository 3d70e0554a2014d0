/** Which columns the files of a data set have, and where each file has them. */

import { inputError, type TinymlError } from '../../../core/errors.ts';
import type { DataFile } from '../data-file.ts';
import type { FileColumns } from './column-names.ts';

/** A file whose columns are those of the data set, in an order of its own. */
export interface FileLayout {
  readonly file: DataFile;
  /** Of each column of the file its place among those of the data set. */
  readonly places: readonly number[];
}

const LISTED = 5;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map((name) => JSON.stringify(name));
  const more = names.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function strange(file: DataFile, what: string, hint: string): TinymlError {
  return inputError('bad-data', `${file.path} ${what}`, hint);
}

/** Throws `bad-data` where the file's columns are others than `names`, those of `first`. */
export function layOut(
  { file, names: own }: FileColumns,
  names: readonly string[],
  first: DataFile,
): FileLayout {
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const has = new Set(own);
  const missing = names.filter((name) => !has.has(name));
  const further = own.filter((name) => !placeOf.has(name));
  if (missing.length > 0) {
    throw strange(
      file,
      `lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${listed(missing)} of ${first.path}`,
      'Files of one data set have the same columns, in any order; leave this one out, or add them.',
    );
  }
  if (further.length > 0) {
    throw strange(
      file,
      `has ${further.length === 1 ? 'the column' : 'the columns'} ${listed(further)}, which ${first.path} lacks`,
      'Files of one data set have the same columns, in any order; leave this one out, or remove them.',
    );
  }
  return { file, places: own.map((name) => placeOf.get(name) as number) };
}
