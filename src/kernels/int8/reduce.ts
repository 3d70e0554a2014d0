/** Extremes of int8 tensors along some axes. TFLM `ReduceGeneric`. */

import type { Reduction } from '../reduce.ts';

export function maxInt8(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Int8Array,
  output: Int8Array,
): void {
  output.fill(-128);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] > output[to]) output[to] = input[at];
    }
  }
}

export function minInt8(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Int8Array,
  output: Int8Array,
): void {
  output.fill(127);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] < output[to]) output[to] = input[at];
    }
  }
}
