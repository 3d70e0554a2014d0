/** Records of several sources side by side, for models with several inputs. */

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
