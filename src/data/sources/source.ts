/** One kind of files that data come in; `sources/index.ts` has a row for each. */

import type * as z from 'zod';
import type { TinymlError } from '../../core/errors.ts';
import type { DataFile } from './data-file.ts';
import type { ColumnKind, RowSource } from './row-source.ts';

/** What whoever reads rows decides. */
export interface ReadContext {
  /**
   * Takes a row, or a file, that cannot be read, and throws it unless that many are to be skipped. What is read again is
   * handed over again, with the same message: it counts once.
   */
  skip(error: TinymlError): void;
  /** What the project file says of columns, by name; those it does not name are what they look like. */
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined;
}

/**
 * A source reads files that it is given, never paths. Rows that cannot be read are handed to `skip` and left out; errors are
 * one sentence with file, row (counted as the user does, from 1) and column in it. Errors (input): `bad-data`, `no-data`,
 * `unknown-column`; unsupported: `too-large`.
 */
export interface Source<Format, Name extends string = string> {
  /** As the project file says it: `csv`. */
  readonly name: Name;
  /** One line, for the schema and for people. */
  readonly summary: string;
  /** What the project file may say of the format, each with a description and a default. */
  readonly format: z.ZodType<Format>;
  /** Whether the first bytes (up to 4 KiB) of a file are of this kind; names are not asked. */
  recognizes(head: Uint8Array): boolean;
  /** The format of these files, written out as a project file would say it. Reads as little as it can. */
  sniff(files: readonly DataFile[], context: ReadContext): Promise<Format>;
  /**
   * What reading in this format does to files that are otherwise (cut, resampled, resized), each as a sentence without a full
   * stop; absent where files are read as they are.
   */
  changes?(files: readonly DataFile[], format: Format): readonly string[];
  /** Sorted by path. */
  open(files: readonly DataFile[], format: Format, context: ReadContext): Promise<RowSource>;
}
