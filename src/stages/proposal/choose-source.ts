/** Which kind of files data are: by their names, and by what they begin with. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { SOURCES } from '../../data/sources/index.ts';
import {
  filesOfKind,
  SOURCE_EXTENSIONS,
  SOURCE_NAMES,
  type SourceName,
} from '../../data/sources/source-names.ts';

const HEAD_BYTES = 4096;
/** So many of them are opened to see what they are. */
const LOOKED_AT = 8;

function headOf(file: DataFile): Uint8Array {
  const bytes = file.open();
  try {
    const head = new Uint8Array(Math.min(HEAD_BYTES, bytes.length));
    bytes.readAt(0, head);
    return head;
  } finally {
    bytes.close();
  }
}

function areOf(files: readonly DataFile[], name: SourceName): boolean {
  const some = files.filter(({ length }) => length > 0).slice(0, LOOKED_AT);
  return some.length > 0 && some.every((file) => SOURCES[name].recognizes(headOf(file)));
}

function requireBytes(files: readonly DataFile[], where: string): void {
  if (files.some(({ length }) => length > 0)) return;
  const empty =
    files.length === 1
      ? `${where} is empty`
      : files.length === 0
        ? `There is no file in ${where}`
        : `All ${files.length} files in ${where} are empty`;
  throw inputError('no-data', empty, 'Give files with data in them.');
}

/** The kind that most of the files are called after, and are. Throws `no-data` and `unknown-data` (input). */
export function chooseSource(files: readonly DataFile[], where: string): SourceName {
  requireBytes(files, where);
  const called = SOURCE_NAMES.map((name) => ({ name, own: filesOfKind(files, name) }))
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => b.own.length - a.own.length);
  const found =
    called.find(({ name, own }) => areOf(own, name)) ??
    (files.length === 1
      ? SOURCE_NAMES.map((name) => ({ name })).find(({ name }) => areOf(files, name))
      : undefined);
  if (found !== undefined) return found.name;
  const kinds = [...new Set(SOURCE_NAMES.flatMap((name) => SOURCE_EXTENSIONS[name]))].join(', ');
  throw inputError(
    'unknown-data',
    files.length === 1
      ? `${where} is no kind of data that tinyml reads`
      : `None of the ${files.length} files in ${where} is of a kind that tinyml reads`,
    `It reads ${kinds}.`,
  );
}
