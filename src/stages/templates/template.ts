/** What a template is: data that tinyml makes until people bring theirs, and what they would say of them. */

import type { Random } from '../../core/random.ts';
import type { ProjectInput } from '../config.ts';
import type { DataRequest } from '../proposal/data-request.ts';

/** Files by their paths in the folder of data, forward slashes. */
export type ExampleFiles = ReadonlyMap<string, Uint8Array>;

/** Files of a person, of whom tinyml finds out the rest as it does with `tinyml init --from`. */
export interface FilesTemplate {
  readonly request: Omit<DataRequest, 'path'>;
  /** What is said of them besides. */
  readonly stream?: ProjectInput['stream'];
  /** The same for everybody who has the seed. */
  files(seed: number): ExampleFiles;
}

/** Samples that a generator makes: no file stands for them. */
export interface GeneratedTemplate {
  readonly project: ProjectInput;
}

export type Template = FilesTemplate | GeneratedTemplate;

/** Evenly from `low` up to `high`. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A table with a head, as a file of text. */
export function csvFile(
  columns: readonly string[],
  rows: Iterable<readonly (string | number)[]>,
): Uint8Array {
  const lines = [columns, ...rows].map((cells) => `${cells.join(',')}\n`);
  return new TextEncoder().encode(lines.join(''));
}

/** One file for each of `count` recordings of every class, in a folder that is called after the class: `circle/01.csv`. */
export function filesByClass<Class extends string>(
  classes: readonly Class[],
  count: number,
  extension: string,
  make: (name: Class) => Uint8Array,
): ExampleFiles {
  const numbers = Array.from({ length: count }, (_, index) =>
    String(index + 1).padStart(String(count).length, '0'),
  );
  return new Map(
    classes.flatMap((name) =>
      numbers.map((number) => [`${name}/${number}.${extension}`, make(name)] as const),
    ),
  );
}
