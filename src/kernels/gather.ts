/** Sizes of the operands seen as input [batches, outer, axis, inner] and indices [batches, picks]. */
export interface Gather {
  readonly batches: number;
  readonly outer: number;
  readonly axis: number;
  readonly picks: number;
  readonly inner: number;
}

type Elements = Float32Array | Int8Array;

/** output [batches, outer, picks, inner]: the slices of `axis` that the indices name. */
export function gatherElements(p: Gather, input: Elements, indices: Int32Array, output: Elements): void {
  let at = 0;
  for (let row = 0; row < p.batches * p.outer; row++) {
    const batch = Math.floor(row / p.outer);
    for (let pick = 0; pick < p.picks; pick++) {
      const index = indices[batch * p.picks + pick];
      if (!(index >= 0 && index < p.axis)) throw new RangeError(`index ${index} of ${p.axis}`);
      const start = (row * p.axis + index) * p.inner;
      for (let i = 0; i < p.inner; i++) output[at++] = input[start + i];
    }
  }
}
