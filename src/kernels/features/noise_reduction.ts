/** `FilterbankSpectralSubtraction` of TensorFlow Lite Micro, without its clamping. */

/** Integers of 2^−`NOISE_BITS`. */
interface NoiseReduction {
  readonly smoothing: number;
  readonly oddSmoothing: number;
  readonly remaining: number;
}

const ONE = 2 ** 14;

/**
 * Takes from every channel what is steady; `noise` is the estimate, with 10 bits more, which follows. Products are doubles in
 * place of uint64: below 2^32 · 2^14.
 */
export function reduceNoise(channels: Uint32Array, noise: Uint32Array, parameters: NoiseReduction): void {
  for (let i = 0; i < channels.length; i++) {
    const smoothing = i % 2 === 0 ? parameters.smoothing : parameters.oddSmoothing;
    const signal = channels[i];
    const scaled = (signal << 10) >>> 0;
    const estimate = Math.floor((scaled * smoothing + noise[i] * (ONE - smoothing)) / ONE);
    noise[i] = estimate;
    const rest = estimate > scaled ? 0 : (scaled - estimate) >>> 10;
    channels[i] = Math.max(rest, Math.floor((signal * parameters.remaining) / ONE));
  }
}
