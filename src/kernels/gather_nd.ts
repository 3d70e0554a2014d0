import { inputError } from '../core/errors.ts';

/** `slices` places in the input, each told by as many indices as there are `strides`, from where `slice` elements go. */
export interface GatherNd {
  readonly slices: number;
  readonly slice: number;
  /** Elements between neighbours along each axis that has an index. */
  readonly strides: readonly number[];
  readonly elements: number;
}

type Elements = Float32Array | Int8Array;

/** TFLM's GATHER_ND (micro/kernels/gather_nd.cc), which looks at the place, not at each index. */
export function gatherNd(p: GatherNd, input: Elements, indices: Int32Array, output: Elements): void {
  const { strides, slice } = p;
  for (let i = 0; i < p.slices; i++) {
    let from = 0;
    for (let j = 0; j < strides.length; j++) from += indices[i * strides.length + j] * strides[j];
    if (!(from >= 0 && from + slice <= p.elements)) {
      throw inputError('index-range', `GATHER_ND takes element ${from} of ${p.elements}.`);
    }
    for (let j = 0; j < slice; j++) output[i * slice + j] = input[from + j];
  }
}
