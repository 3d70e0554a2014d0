/** Sizes of the input seen as [outer, axis, inner]. */
export interface ArgExtremum {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/**
 * output [outer, inner]: where along the axis the value is that no other is `better` than, the first of equal ones.
 * TFLM `reference_ops::ArgMinMax`.
 */
export function argExtremum(
  { outer, axis, inner }: ArgExtremum,
  better: (value: number, best: number) => boolean,
  input: Float32Array | Int8Array,
  output: Int32Array,
): void {
  for (let at = 0; at < outer * inner; at++) {
    const start = Math.floor(at / inner) * axis * inner + (at % inner);
    let best = 0;
    for (let i = 1; i < axis; i++) {
      if (better(input[start + i * inner], input[start + best * inner])) best = i;
    }
    output[at] = best;
  }
}
