/** Figures that compare predictions with what they should be. Arrays are flat and of equal length. */

export function meanSquaredError(actual: Float32Array, expected: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += (actual[i] - expected[i]) ** 2;
  return sum / actual.length;
}

export function meanAbsoluteError(actual: Float32Array, expected: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += Math.abs(actual[i] - expected[i]);
  return sum / actual.length;
}

/** 1 − residual / variance: 1 is perfect, 0 is as good as the mean. */
export function rSquared(actual: Float32Array, expected: Float32Array): number {
  let mean = 0;
  for (const value of expected) mean += value / expected.length;
  let variance = 0;
  for (const value of expected) variance += (value - mean) ** 2;
  return 1 - (meanSquaredError(actual, expected) * actual.length) / variance;
}

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
