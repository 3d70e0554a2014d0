/** Recordings brought to the same level by their own beginnings: sensors differ from day to day and from machine to machine. */

import type { Scratch } from '../../core/scratch.ts';
import { bytesOf, elementCount } from '../../core/tensor.ts';
import { normalize, standardNormalization } from '../normalization.ts';
import type { Rows } from './rows.ts';

const BLOCK_ROWS = 4096;

/**
 * Every recording with mean 0 and standard deviation 1 in its first `count` rows, per channel; the arithmetic is that of
 * `normalize`.
 */
export function baselined(rows: Rows, count: number, scratch: Scratch): Rows {
  const channels = rows.shape.at(-1) ?? 1;
  const size = elementCount(rows.shape);
  const block = new Float32Array(Math.max(BLOCK_ROWS, count) * size);
  for (const recording of rows.recordings) {
    const beginning = block.subarray(0, Math.min(count, recording.count) * size);
    rows.read(recording.first, Math.min(count, recording.count), beginning);
    const normalization = standardNormalization(beginning, channels);
    for (let row = 0; row < recording.count; row += BLOCK_ROWS) {
      const taken = Math.min(BLOCK_ROWS, recording.count - row);
      const values = block.subarray(0, taken * size);
      rows.read(recording.first + row, taken, values);
      scratch.append(bytesOf(normalize(values, normalization)));
    }
  }
  return {
    ...rows,
    read: (start, taken, into) => scratch.readAt(4 * start * size, bytesOf(into.subarray(0, taken * size))),
  };
}
