/** Classes: their names, and which one every row or file belongs to. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError } from '../../core/errors.ts';
import { folderOf, stemOf } from '../sources/data-file.ts';
import type { Column } from '../sources/row-source.ts';
import { RowBlocks } from './row-blocks.ts';
import type { Rows } from './rows.ts';
import { placesAmong, type Windows } from './windows.ts';

/** Where the class of a file is written, if not in a column. */
export const CLASS_PLACES = ['folder', 'file'] as const;
export type ClassPlace = (typeof CLASS_PLACES)[number];

/** More are no classes, but names or numbers. */
const MAX_CLASSES = 1000;

export interface Classes {
  readonly names: readonly string[];
  /** Of every sample, its place in `names`. */
  readonly of: Int32Array;
}

/** Numbers by size, then texts. */
function compareNames(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y) && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortedClasses(texts: readonly string[]): {
  readonly names: readonly string[];
  readonly places: Int32Array;
} {
  const names = [...new Set(texts)].sort(compareNames);
  if (names.length > MAX_CLASSES) {
    throw inputError(
      'too-many-classes',
      `There are ${names.length} classes, such as "${names[0]}" and "${names[1]}", and ${MAX_CLASSES} is the limit`,
      'Is that the target? A number to be predicted is "task": "regression".',
    );
  }
  const places = new Map(names.map((name, place) => [name, place]));
  return { names, places: Int32Array.from(texts, (text) => places.get(text) as number) };
}

function classNameOf(file: DataFile, place: ClassPlace): string {
  if (place === 'file') return stemOf(file);
  const folder = folderOf(file);
  if (folder !== undefined) return folder;
  throw inputError(
    'no-class-folder',
    `${file.path} lies in no folder that could be its class`,
    'Put the files of every class into a folder with its name, and name the folder above them.',
  );
}

/** By the folder or the name of every sample's file. */
export function classesOfFiles(windows: Windows, place: ClassPlace): Classes {
  const { names, places } = sortedClasses(windows.runs.map(({ file }) => classNameOf(file, place)));
  return { names, of: placesAmong(windows, windows.runs).map((run) => places[run]) };
}

/** The class of most rows of a window, the first of equal ones. */
function mostFrequent(codes: Int32Array, first: number, length: number, counts: Int32Array): number {
  counts.fill(0);
  let most = codes[first];
  for (let row = first; row < first + length; row++) counts[codes[row]]++;
  for (let row = first; row < first + length; row++) if (counts[codes[row]] > counts[most]) most = codes[row];
  return most;
}

/** Of the one target column. */
function targetBlocks({ count, readTargets }: Rows) {
  return new RowBlocks(count, 1, (length) => new Float64Array(length), readTargets);
}

/** Different ones, in the order in which they first appear; one more than there may be classes is enough. */
function valuesOf(rows: Rows): ReadonlySet<number> {
  const blocks = targetBlocks(rows);
  const values = new Set<number>();
  for (let row = 0; row < rows.count && values.size <= MAX_CLASSES; row++) {
    const at = blocks.seek(row, 1);
    values.add(blocks.values[at]);
  }
  return values;
}

/** By the target column of the rows. */
export function classesOfRows(rows: Rows, windows: Windows, target: Column): Classes {
  const values = [...valuesOf(rows)];
  const textOf = (value: number): string => target.texts?.[value] ?? String(value);
  const { names, places } = sortedClasses(values.map(textOf));
  const codeOf = new Map(values.map((value, index) => [value, places[index]]));
  const blocks = targetBlocks(rows);
  const codes = new Int32Array(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const at = blocks.seek(row, 1);
    codes[row] = codeOf.get(blocks.values[at]) as number;
  }
  const counts = new Int32Array(names.length);
  return { names, of: windows.first.map((first) => mostFrequent(codes, first, windows.length, counts)) };
}

/** 0 for what is normal, 1 for everything else; of a window, what its last row says. */
export function anomaliesOfRows(
  rows: Rows,
  windows: Windows,
  target: Column,
  normal: readonly string[],
): Classes {
  const isNormal = (value: number): boolean => normal.includes(target.texts?.[value] ?? String(value));
  const blocks = targetBlocks(rows);
  const of = windows.first.map((first) => {
    const at = blocks.seek(first + windows.length - 1, 1);
    return isNormal(blocks.values[at]) ? 0 : 1;
  });
  return { names: ['normal', 'anomaly'], of };
}

/** 0 for files of what is normal, 1 for all others. */
export function anomaliesOfFiles(windows: Windows, place: ClassPlace, normal: readonly string[]): Classes {
  const of = windows.runs.map(({ file }) => (normal.includes(classNameOf(file, place)) ? 0 : 1));
  return { names: ['normal', 'anomaly'], of: placesAmong(windows, windows.runs).map((run) => of[run]) };
}
