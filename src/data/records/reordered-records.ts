/** Records in the order of axes that a model's file has, for a graph whose input has them in another. */

import { elementCount, type Shape, sameShape } from '../../core/tensor.ts';
import { permuted, sourceIndices, unpermuted } from '../../passes/layout/permutation.ts';
import { type RecordSource, recordLengthOf } from './records.ts';

/**
 * `input` is the graph's, of which axis i is axis `order[i]` of the file's. Records that have the axes of the graph, and not
 * as well those of the file, stay as they are.
 */
export function reorderedRecords(
  records: RecordSource,
  input: Shape,
  order: readonly number[] | undefined,
): RecordSource {
  if (order === undefined) return records;
  const inFile = unpermuted(input, order);
  const isFlat = records.shape.length === 1;
  const isOfFile = sameShape(records.shape, inFile.slice(1));
  if (recordLengthOf(records) !== elementCount(input) || !(isFlat || isOfFile)) return records;
  const sources = sourceIndices(inFile, order);
  return {
    count: records.count,
    shape: permuted(inFile, order).slice(1),
    read(start, rows, into) {
      const block = new Float32Array(rows * sources.length);
      records.read(start, rows, block);
      for (let row = 0; row < rows; row++) {
        const first = row * sources.length;
        for (let at = 0; at < sources.length; at++) into[first + at] = block[first + sources[at]];
      }
    },
    close: () => records.close(),
  };
}
