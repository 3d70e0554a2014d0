/** `SpectrumToEnergy`, `FilterbankAccumulateChannels` and `FilterbankSqrt` of TensorFlow Lite Micro. */

interface Complex {
  readonly re: Int16Array;
  readonly im: Int16Array;
}

/** What each frequency weighs in the channel that ends with its band, and in the next one. */
interface Bank {
  readonly first: number;
  readonly ends: Uint16Array;
  readonly weights: Int16Array;
  readonly unweights: Int16Array;
}

/**
 * The energy of every channel. Sums are doubles in place of uint64: energies are at most 2^31 (one more than int32 holds, which
 * TFLM reads as unsigned), weights 2^12, and a transform has at most 2^10 frequencies, so that all of it stays below 2^53.
 */
export function filterBank(
  { re, im }: Complex,
  { first, ends, weights, unweights }: Bank,
  into: Float64Array,
): void {
  let sum = 0;
  for (let band = 0, k = first; band < ends.length; band++) {
    let next = 0;
    for (; k < ends[band]; k++) {
      const energy = re[k] * re[k] + im[k] * im[k];
      sum += weights[k - first] * energy;
      next += unweights[k - first] * energy;
    }
    // The first band only rises to the first channel: nothing ends with it.
    if (band > 0) into[band - 1] = sum;
    sum = next;
  }
}
