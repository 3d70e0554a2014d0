/** All rows that a source makes of files, file by file, and damaged copies of files. */

import type { TinymlError } from '../../../src/core/errors.ts';
import type { Random } from '../../../src/core/random.ts';
import type { DataFile } from '../../../src/data/sources/data-file.ts';
import { type Column, rowLengthOf } from '../../../src/data/sources/row-source.ts';
import type { Source } from '../../../src/data/sources/source.ts';
import { STRICT } from './files.ts';

export interface ReadRows {
  readonly columns: readonly Column[];
  /** By the path of the file. */
  readonly rows: Readonly<Record<string, readonly number[][]>>;
  readonly skipped: readonly TinymlError[];
}

/** Every row of every file; with `tolerant`, what cannot be read is in `skipped`. */
export async function readRows<Format>(
  source: Source<Format>,
  files: readonly DataFile[],
  format: Format,
  tolerant = false,
): Promise<ReadRows> {
  const skipped: TinymlError[] = [];
  const context = tolerant ? { skip: (error: TinymlError) => skipped.push(error) } : STRICT;
  const opened = await source.open(files, format, context);
  const length = rowLengthOf(opened);
  const rows: Record<string, number[][]> = {};
  for await (const block of opened.blocks()) {
    const own = rows[block.file.path] ?? [];
    rows[block.file.path] = own;
    if (own.length !== block.start)
      throw new Error(`${block.file.path}: row ${block.start} after ${own.length}`);
    for (let row = 0; row < block.rows; row++) {
      own.push([...block.values.subarray(row * length, (row + 1) * length)]);
    }
  }
  return { columns: opened.columns, rows, skipped };
}

/** How many rows each file has, by its path. */
export async function countRows<Format>(
  source: Source<Format>,
  files: readonly DataFile[],
  format: Format,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const opened = await source.open(files, format, STRICT);
  for await (const { file, start, rows } of opened.blocks()) counts[file.path] = start + rows;
  return counts;
}

/** A truncated copy, or one with a few bytes changed, most of them in the first `head`. */
export function mutated(original: Uint8Array, head: number, random: Random): Uint8Array {
  if (random.below(5) === 0) return original.subarray(0, random.below(original.length));
  const copy = Uint8Array.from(original);
  for (let change = 1 + random.below(5); change > 0; change--) {
    const at = random.below(random.below(3) === 0 ? copy.length : Math.min(head, copy.length));
    copy[at] =
      random.below(2) === 0 ? copy[at] ^ (1 << random.below(8)) : [0, 1, 127, 128, 255][random.below(5)];
  }
  return copy;
}
