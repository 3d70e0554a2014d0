/** Results as text, a block of rows at a time. */

import { bytesOf, elementCount, type Shape } from '../../core/tensor.ts';
import { npyPrologue } from '../../data/records/npy-layout.ts';

/** float32 numbers with the nine digits that tell any two of them apart. */
function shortest(row: Float32Array): number[] {
  return Array.from(row, (value) => Number(value.toPrecision(9)));
}

/** The rows of a block, each made text by `format`. */
export function textOfRows(block: Float32Array, length: number, format: (row: number[]) => string): string[] {
  const rows = length === 0 ? 0 : block.length / length;
  return Array.from({ length: rows }, (_, row) =>
    format(shortest(block.subarray(row * length, (row + 1) * length))),
  );
}

/** An input or output, and how many values it has in a record. */
export interface NamedEnd {
  readonly name: string;
  readonly length: number;
}

/** The values of each end in a record that has them one end after another. */
export function namedRow(
  ends: readonly NamedEnd[],
  row: readonly number[],
): readonly (readonly [string, readonly number[]])[] {
  let start = 0;
  return ends.map(({ name, length }) => {
    start += length;
    return [name, row.slice(start - length, start)];
  });
}

/** Makes the inside of a list of rows in JSON: each block as text that follows the one before. */
export function jsonRows(): (block: Float32Array, length: number) => string {
  let separator = '';
  return (block, length) => {
    const text = textOfRows(block, length, (row) => JSON.stringify(row)).join(',');
    if (text === '') return '';
    const piece = separator + text;
    separator = ',';
    return piece;
  };
}

/** A file of results: how it begins, what a block adds, how it ends. */
export interface ResultFile {
  readonly begin: Uint8Array;
  block(results: Float32Array): Uint8Array;
  readonly end: Uint8Array;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** As the name of the file says: one line for every record in `.csv`, one list in `.json`, else a `.npy` file of `shape`. */
export function resultFile(name: string, shape: Shape): ResultFile {
  const length = elementCount(shape.slice(1));
  const [suffix] = /\.[^./\\]*$/.exec(name.toLowerCase()) ?? [];
  if (suffix === '.csv') {
    const line = (row: number[]): string => `${row.join(',')}\n`;
    const block = (results: Float32Array): Uint8Array => utf8(textOfRows(results, length, line).join(''));
    return { begin: utf8(''), block, end: utf8('') };
  }
  if (suffix === '.json') {
    const rows = jsonRows();
    return { begin: utf8('['), block: (results) => utf8(rows(results, length)), end: utf8(']\n') };
  }
  return { begin: npyPrologue('float32', shape), block: bytesOf, end: utf8('') };
}
