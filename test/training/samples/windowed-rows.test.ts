/** Rows that are fetched by windows are those that memory would give, whatever the sizes of rows, windows and batches. */

import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { bytesOf } from '../../../src/core/tensor.ts';
import { type RowReader, rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { windowedRows } from '../../../src/training/samples/windowed-rows.ts';

/** Value `i` of row `r` is `r + i / size`, and reads are counted. */
function counted(
  count: number,
  size: number,
): { source: RowReader; reads: () => number; rows: () => number } {
  let reads = 0;
  let rows = 0;
  return {
    source: {
      count,
      shape: [size],
      read(start, many, into) {
        expect(start + many).toBeLessThanOrEqual(count);
        reads++;
        rows += many;
        for (let i = 0; i < many * size; i++) into[i] = start + i / size;
      },
    },
    reads: () => reads,
    rows: () => rows,
  };
}

it.each([
  ['small rows, a window among many', 5000, 3, 700, 16],
  ['a window that batches do not divide', 1000, 2, 33, 32],
  ['batches that are larger than the window', 100, 2, 7, 40],
  ['a window of one row', 20, 2, 0, 6],
  ['a window of all rows', 50, 2, 5000, 16],
  ['rows of 200 KB, one to a block', 40, 50_000, 12, 8],
  ['rows of 600 KB', 9, 150_000, 4, 2],
])('%s', (_, count, size, windowRows, batch) => {
  const { source } = counted(count, size);
  const data = new Float32Array(count * size);
  source.read(0, count, data);
  const [windowed, held] = [windowedRows(source, windowRows), rowsInMemory({ data, shape: [count, size] })];
  const [actual, expected] = [new Float32Array(batch * size), new Float32Array(batch * size)];
  for (const epoch of [1, 2]) {
    const order = createRandom(epoch, 'order').permutation(count);
    for (let start = 0; start < count; start += batch) {
      const rows = Math.min(batch, count - start);
      windowed.gather(order, start, rows, actual);
      held.gather(order, start, rows, expected);
      expect(Buffer.compare(bytesOf(actual), bytesOf(expected))).toBe(0);
    }
  }
});

it('rows that an order names again, and orders that begin anywhere', () => {
  const windowed = windowedRows(counted(10, 1).source, 4);
  const order = Uint32Array.of(9, 9, 0, 3, 3, 3, 9);
  const into = new Float32Array(3);
  for (const [start, expected] of [
    [3, [3, 3, 3]],
    [0, [9, 9, 0]],
    [4, [3, 3, 9]],
  ] as const) {
    windowed.gather(order, start, 3, into);
    expect([...into]).toEqual(expected);
  }
});

it('small rows cost one sweep for each window, large and rare ones one read each', () => {
  const small = counted(100_000, 10);
  const order = createRandom(1, 'order').permutation(100_000);
  windowedRows(small.source, 50_000).gather(order, 0, 16, new Float32Array(160));
  expect(small.reads()).toBe(Math.ceil(100_000 / 2 ** Math.floor(Math.log2(2 ** 18 / 40))));
  const rare = counted(100_000, 1000);
  windowedRows(rare.source, 500).gather(order, 0, 16, new Float32Array(16_000));
  expect(rare.rows()).toBe(500);
});

it('what could not be read is not taken for read', () => {
  const { source } = counted(10, 1);
  let broken = true;
  const windowed = windowedRows(
    {
      ...source,
      read(start, rows, into) {
        if (broken) throw new Error('broken');
        source.read(start, rows, into);
      },
    },
    4,
  );
  const order = Uint32Array.of(7, 2);
  const into = new Float32Array(2);
  expect(() => windowed.gather(order, 0, 2, into)).toThrow('broken');
  broken = false;
  windowed.gather(order, 0, 2, into);
  expect([...into]).toEqual([7, 2]);
});
