/** Reductions of float tensors along some axes, in the order of TFLM `reference_ops::Mean` and `ReduceGeneric`. */

import type { Reduction } from '../reduce.ts';

/** C's FLT_MAX, and where its kernels start to look for a maximum: not at −∞. */
const HIGHEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;
export const LOWEST_FLOAT = -HIGHEST_FLOAT;

/** Storing a sum rounds it to float32. */
export function sumFloat(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Float32Array,
  output: Float32Array,
): void {
  output.fill(0);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) output[to] += input[at];
  }
}

export function meanFloat(reduction: Reduction, input: Float32Array, output: Float32Array): void {
  sumFloat(reduction, input, output);
  const count = Math.fround(input.length / output.length);
  for (let i = 0; i < output.length; i++) output[i] /= count;
}

export function maxFloat(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Float32Array,
  output: Float32Array,
): void {
  output.fill(LOWEST_FLOAT);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] > output[to]) output[to] = input[at];
    }
  }
}

export function minFloat(
  { rowLength, rowStride, rowStarts }: Reduction,
  input: Float32Array,
  output: Float32Array,
): void {
  output.fill(HIGHEST_FLOAT);
  let at = 0;
  for (let row = 0; row < rowStarts.length; row++) {
    let to = rowStarts[row];
    for (const end = at + rowLength; at < end; at++, to += rowStride) {
      if (input[at] < output[to]) output[to] = input[at];
    }
  }
}
