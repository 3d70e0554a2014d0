/** Rows that need not fit in memory, in any order: those that come next are fetched together, in the order of the file. */

import { elementCount } from '../../core/tensor.ts';
import { copyValues, type RowReader, type SampleRows } from './sample-rows.ts';

/** What is read at once where many of its rows are wanted. */
const BLOCK_BYTES = 2 ** 18;
/** To ask for a piece takes as long as to read so many more bytes. */
const CALL_BYTES = 2 ** 14;

/** Fetches up to `most` rows at once, in whatever order, with one sweep over those parts of the source that hold them. */
function createSweep(source: RowReader, most: number) {
  const size = elementCount(source.shape);
  const rowBytes = size * Float32Array.BYTES_PER_ELEMENT;
  // A power of two: until it is compiled, a quotient would be an object.
  const shift = Math.floor(Math.log2(Math.max(1, BLOCK_BYTES / rowBytes)));
  const blockRows = 2 ** shift;
  const block = new Float32Array(Math.min(source.count, blockRows) * size);
  /** Where the places of each block's rows begin in `places`, then where they end. */
  const bounds = new Uint32Array(Math.ceil(source.count / blockRows) + 1);
  const places = new Uint32Array(most);

  const sortByBlock = (order: Uint32Array, start: number, rows: number): void => {
    bounds.fill(0);
    for (let place = 0; place < rows; place++) bounds[order[start + place] >>> shift]++;
    let end = 0;
    for (let index = 0; index < bounds.length; index++) bounds[index] = end += bounds[index];
    for (let place = rows - 1; place >= 0; place--) {
      places[--bounds[order[start + place] >>> shift]] = place;
    }
  };

  return (order: Uint32Array, start: number, rows: number, into: Float32Array): void => {
    sortByBlock(order, start, rows);
    for (let index = 0; index + 1 < bounds.length; index++) {
      const wanted = bounds[index + 1] - bounds[index];
      if (wanted === 0) continue;
      const first = index * blockRows;
      const present = Math.min(blockRows, source.count - first);
      const whole = CALL_BYTES + present * rowBytes < wanted * (CALL_BYTES + rowBytes);
      if (whole) source.read(first, present, block);
      for (let i = bounds[index]; i < bounds[index + 1]; i++) {
        const to = places[i] * size;
        const row = order[start + places[i]];
        // Into the block as well: a view of where it belongs would be one for each row.
        if (!whole) source.read(row, 1, block);
        copyValues(block, whole ? (row - first) * size : 0, size, into, to);
      }
    }
  };
}

/**
 * Rows of a source of any size, of which up to `windowRows` are in memory: `gather` finds what it is asked for among those
 * that the order names next. Memory does not depend on the number of rows, and what is read not on the window.
 */
export function windowedRows(source: RowReader, windowRows: number): SampleRows {
  const size = elementCount(source.shape);
  const most = Math.max(1, Math.min(windowRows, source.count));
  let sweep: ReturnType<typeof createSweep> | undefined;
  let window = new Float32Array(0);
  let held: { readonly order: Uint32Array; readonly start: number; readonly end: number } | undefined;

  const fill = (order: Uint32Array, start: number): void => {
    if (window.length === 0) window = new Float32Array(most * size);
    sweep ??= createSweep(source, most);
    const end = Math.min(order.length, start + most);
    // Should the source fail, then nothing is held.
    held = undefined;
    sweep(order, start, end - start, window);
    held = { order, start, end };
  };

  return {
    count: source.count,
    shape: source.shape,
    read: (start, rows, into) => source.read(start, rows, into),
    gather(order, start, rows, into) {
      for (let done = 0; done < rows; ) {
        const next = start + done;
        if (held === undefined || held.order !== order || next < held.start || next >= held.end) {
          fill(order, next);
        }
        const { start: from, end } = held as NonNullable<typeof held>;
        const taken = Math.min(rows - done, end - next);
        into.set(window.subarray((next - from) * size, (next - from + taken) * size), done * size);
        done += taken;
      }
    },
  };
}
