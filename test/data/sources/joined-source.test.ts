import { expect, it } from 'vitest';
import { joinedSource } from '../../../src/data/sources/joined-source.ts';
import type { RowBlock, RowSource } from '../../../src/data/sources/row-source.ts';

const file = (path: string) => ({ path }) as RowBlock['file'];

/** Rows of `width` values counted from `from` on, in blocks of the given sizes. */
function counted(name: string, width: number, from: number, sizes: readonly number[]): RowSource {
  return {
    columns: [{ name, kind: 'number', shape: width === 1 ? [] : [width] }],
    async *blocks() {
      let start = 0;
      for (const rows of sizes) {
        const values = Float64Array.from({ length: rows * width + 3 }, (_, i) => from + start * width + i);
        yield { file: file(name), start, rows, values };
        start += rows;
      }
    },
  };
}

async function rowsOf(source: RowSource, width: number): Promise<number[][]> {
  const rows: number[][] = [];
  for await (const block of source.blocks()) {
    expect([block.start, block.file.path]).toEqual([rows.length, 'a']);
    for (let row = 0; row < block.rows; row++)
      rows.push([...block.values.subarray(row * width, (row + 1) * width)]);
  }
  return rows;
}

const joined = (sizesOfA: readonly number[], sizesOfB: readonly number[]) =>
  joinedSource([
    { name: 'first', source: counted('a', 1, 0, sizesOfA) },
    { name: 'second', source: counted('b', 2, 100, sizesOfB) },
  ]);

it.each([
  [[5], [5]],
  [
    [2, 3],
    [4, 1],
  ],
  [
    [1, 0, 4],
    [5, 0],
  ],
])('rows of blocks %j and %j stand side by side, twice', async (a, b) => {
  const source = joined(a, b);
  expect(source.columns.map(({ name }) => name)).toEqual(['a', 'b']);
  const expected = [0, 1, 2, 3, 4].map((row) => [row, 100 + 2 * row, 101 + 2 * row]);
  expect(await rowsOf(source, 3)).toEqual(expected);
  expect(await rowsOf(source, 3)).toEqual(expected);
});

it('refuses unequally many', async () => {
  await expect(rowsOf(joined([2, 2], [3]), 3)).rejects.toThrow(
    '3 rows of second cannot be joined to more of first',
  );
});
