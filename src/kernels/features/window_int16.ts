/** `ApplyWindow` and `FftAutoScale` of TensorFlow Lite Micro. */

/**
 * Multiplies `samples` by the coefficients, which are at most 2^`bits`, so that nothing saturates.
 * @returns the magnitudes of all products in one: the highest bit set is that of the largest.
 */
export function windowInt16(
  samples: Int16Array,
  coefficients: Int16Array,
  bits: number,
  into: Int16Array,
): number {
  let magnitudes = 0;
  for (let i = 0; i < coefficients.length; i++) {
    const value = (samples[i] * coefficients[i]) >> bits;
    into[i] = value;
    magnitudes |= Math.abs(value);
  }
  return magnitudes;
}

/** How far to the left int16 of these magnitudes can be shifted; 0 for nothing but zeros. */
export function scaleBits(magnitudes: number): number {
  return magnitudes === 0 ? 0 : Math.max(0, Math.clz32(magnitudes) - 17);
}
