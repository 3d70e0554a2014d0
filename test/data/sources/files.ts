/** Data files in memory, and what a source makes of them. */

import { TinymlError } from '../../../src/core/errors.ts';
import { bytesInMemory } from '../../../src/core/random-access.ts';
import type { DataFile } from '../../../src/data/sources/data-file.ts';
import { type RowSource, rowLengthOf } from '../../../src/data/sources/row-source.ts';
import type { ReadContext, Source } from '../../../src/data/sources/source.ts';

export function dataFile(path: string, content: string | Uint8Array): DataFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path, length: bytes.length, open: () => bytesInMemory(bytes) };
}

/** Throws what cannot be read. */
export const STRICT: ReadContext = {
  skip(error) {
    throw error;
  },
};

/** Collects what cannot be read, each sentence once. */
export function skipping(): ReadContext & { readonly skipped: string[] } {
  const skipped: string[] = [];
  return {
    skipped,
    skip({ message }) {
      if (!skipped.includes(message)) skipped.push(message);
    },
  };
}

/** All rows, each with its number in its file. */
export async function rowsOf(source: RowSource): Promise<{ file: string; row: number; values: number[] }[]> {
  const length = rowLengthOf(source);
  const rows: { file: string; row: number; values: number[] }[] = [];
  for await (const block of source.blocks()) {
    for (let i = 0; i < block.rows; i++) {
      const values = [...block.values.subarray(i * length, (i + 1) * length)];
      rows.push({ file: block.file.path, row: block.start + i, values });
    }
  }
  return rows;
}

/** Sniffs and reads files; options replace what was sniffed. */
export async function readFiles<Format extends object>(
  source: Source<Format>,
  files: readonly DataFile[],
  options: Partial<Format> = {},
  context: ReadContext = STRICT,
) {
  const format = { ...(await source.sniff(files, context)), ...options };
  const opened = await source.open(files, format, context);
  const rows = await rowsOf(opened);
  return { format, columns: opened.columns, rows, values: rows.map(({ values }) => values) };
}

/** The error that a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<TinymlError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
