/** Shapes (HDF5 File Format Specification 3.0, IV.A.2.b). */

import { elementCount, type Shape } from '../../../core/tensor.ts';
import { MAX_RANK } from '../tree.ts';
import { type FileBytes, requireForm } from './file-bytes.ts';

/** Bytes in front of the lengths, by version. */
const HEADER_BYTES = new Map([
  [1, 8],
  [2, 4],
]);
const MAXIMUM_LENGTHS = 1;
const SIMPLE = 1;

/** `size`: of the message. No rank is a scalar, of one element. */
export function readShape(file: FileBytes, at: number, size: number): Shape {
  const [version, rank, flags] = [file.u8(at), file.u8(at + 1), file.u8(at + 2)];
  const header = HEADER_BYTES.get(version);
  requireForm(header !== undefined && rank <= MAX_RANK && (flags & ~MAXIMUM_LENGTHS) === 0, 'another shape');
  requireForm(version === 1 || file.u8(at + 3) === Math.min(rank, SIMPLE), 'no elements');
  const lengths = at + header;
  requireForm(header + 8 * rank * (1 + flags) <= size, 'a shape does not fit');
  const shape = Array.from({ length: rank }, (_, axis) => file.u64(lengths + 8 * axis));
  // Arrays that may grow lie in pieces.
  const most = (axis: number): number => file.u64(lengths + 8 * (rank + axis));
  requireForm(flags === 0 || shape.every((length, axis) => most(axis) === length), 'an array that may grow');
  requireForm(elementCount(shape) <= file.bytes.length, 'more elements than bytes');
  return shape;
}
