/** Records of real numbers, all in memory. */

import type { Shape } from '../../core/tensor.ts';

/** Axis 0 counts the records. */
export interface FloatArray {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Values in one record. */
export function recordLength({ shape, data }: FloatArray): number {
  return data.length / shape[0];
}

/** One record, without a copy. */
export function recordAt(array: FloatArray, index: number): Float32Array {
  const length = recordLength(array);
  return array.data.subarray(index * length, (index + 1) * length);
}
