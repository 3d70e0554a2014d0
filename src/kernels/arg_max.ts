/** Sizes of the input seen as [outer, axis, inner]. */
export interface ArgMax {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/** output [outer, inner]: where along the axis the largest value is, the first of equal ones. */
export function argMax(
  { outer, axis, inner }: ArgMax,
  input: Float32Array | Int8Array,
  output: Int32Array,
): void {
  for (let at = 0; at < outer * inner; at++) {
    const start = Math.floor(at / inner) * axis * inner + (at % inner);
    let best = 0;
    for (let i = 1; i < axis; i++) {
      if (input[start + i * inner] > input[start + best * inner]) best = i;
    }
    output[at] = best;
  }
}
