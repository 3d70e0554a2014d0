/** Records of several sources side by side, for models with several inputs. */

import { elementCount, type Shape } from '../../core/tensor.ts';
import { type RecordSource, recordLengthOf } from './records.ts';

/** A record has the values of one record of each part, one after another; the parts have equally many. */
export function joinedRecords(parts: readonly RecordSource[]): RecordSource {
  const lengths = parts.map(recordLengthOf);
  const length = lengths.reduce((sum, one) => sum + one, 0);
  return {
    count: Math.min(...parts.map(({ count }) => count)),
    shape: [length],
    read(start, rows, into) {
      let first = 0;
      for (const [index, part] of parts.entries()) {
        const own = lengths[index];
        const block = new Float32Array(rows * own);
        part.read(start, rows, block);
        for (let row = 0; row < rows; row++) {
          into.set(block.subarray(row * own, (row + 1) * own), row * length + first);
        }
        first += own;
      }
    },
    close() {
      for (const part of parts) part.close();
    },
  };
}

/** The other way: records of `shapes`, of whose values a record has one after another. Closing one closes all. */
export function splitRecords(records: RecordSource, shapes: readonly Shape[]): readonly RecordSource[] {
  const length = recordLengthOf(records);
  let end = 0;
  return shapes.map((shape) => {
    const own = elementCount(shape);
    const first = end;
    end += own;
    return {
      count: records.count,
      shape,
      read(start, rows, into) {
        const block = new Float32Array(rows * length);
        records.read(start, rows, block);
        for (let row = 0; row < rows; row++) {
          const from = row * length + first;
          into.set(block.subarray(from, from + own), row * own);
        }
      },
      close: () => records.close(),
    };
  });
}
