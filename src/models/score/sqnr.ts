/** Signal-to-quantization-noise ratio in dB: 10·log10(Σ reference² / Σ (reference − actual)²). */
export function sqnr(actual: ArrayLike<number>, reference: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let i = 0; i < reference.length; i++) {
    signal += reference[i] ** 2;
    noise += (reference[i] - actual[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
