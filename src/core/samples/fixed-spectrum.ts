/**
 * A spectrum of sound in integers alone: the audio front end of TensorFlow Lite Micro at commit 90b983c2 (`signal/src/`, and the
 * operators of `python/tflite_micro/signal/ops/` that make its tables), bit for bit, on every machine.
 */

import type { Shape } from '../tensor.ts';

/**
 * The estimate of noise in each channel follows the signal, and is taken from it (`FilterbankSpectralSubtraction`). All three
 * are integers of 2^−14: how much of each frame the estimate takes, in the first, third, … channel and in the others, and how
 * much of a signal stays at least.
 */
export interface NoiseReduction {
  readonly smoothing: number;
  readonly oddSmoothing: number;
  readonly remaining: number;
}

/** What is as loud as the noise becomes as loud everywhere: signal · (noise + `offset`)^−`strength`, float32 numbers. */
export interface GainControl {
  readonly strength: number;
  readonly offset: number;
}

/**
 * Samples [length, 1] of sound from −1 up to 1 become [frames, channels]. Frame f reads the `window` values from f · `hop` on;
 * what it computes of them:
 *
 * 1. int16: value · 2^15 rounded, at most 32767. A window with no number in it takes that for 0, and comes to no numbers.
 * 2. times a Hann window, scaled up to 15 bits, followed by zeros up to `fixedSpectrumSize` points.
 * 3. The Fourier transform, each step rounded as kissfft does with int16; the energy of each frequency.
 * 4. Channels, triangles of equal width on the mel scale between `low` and `high` Hz; their square root, scaled back.
 * 5. With `noise`, what is steady is taken away; with `gain`, the rest is made as loud in all channels. What `noise` knows of a
 *    sample begins with its first frame.
 * 6. 64 · ln, an integer; divided by 64 it is the value, exactly.
 *
 * With `levels` the last step is another: 256 levels from 0 on, as TensorFlow's keyword models take them,
 * (256 · logarithm + 333) / 666, each a multiple of `levels`. A model whose input has that scale, and −128 for 0, gets level − 128.
 */
export interface FixedSpectrum {
  /** Values of a window, and how far apart windows begin. */
  readonly window: number;
  readonly hop: number;
  /** Values in a second. */
  readonly rate: number;
  readonly channels: number;
  readonly low: number;
  readonly high: number;
  readonly noise?: NoiseReduction | undefined;
  /** Wants `noise`. */
  readonly gain?: GainControl | undefined;
  /** A float32 number. */
  readonly levels?: number | undefined;
}

const LEAST_FIXED_SIZE = 64;
export const MOST_FIXED_SIZE = 2048;
export const MAX_CHANNELS = 128;

/** What is no option of anybody's. */
export const FIXED_POINT = {
  /** Of the coefficients of the window, and the weights of channels: 1 is 2^12. */
  WINDOW_BITS: 12,
  WEIGHT_BITS: 12,
  /** Of what `NoiseReduction` says. */
  NOISE_BITS: 14,
  /** The estimate of noise has so many more than the signal. */
  SMOOTHING_BITS: 10,
  GAIN_BITS: 21,
  /** Of the ratio of signal to noise, before and after it is bent. */
  RATIO_BITS: 12,
  OUTPUT_BITS: 6,
} as const;

export const LEVELS = { MULTIPLIER: 256, HALF: 333, DIVISOR: 666, MOST: 255 } as const;

/** Points of the Fourier transform: the least power of two that holds a window. */
export function fixedSpectrumSize(window: number): number {
  let size = LEAST_FIXED_SIZE;
  while (size < window) size *= 2;
  return size;
}

/** Left shift of a channel before its logarithm is taken. */
export function correctionBits(window: number): number {
  return Math.log2(fixedSpectrumSize(window)) - FIXED_POINT.WEIGHT_BITS / 2;
}

/** Of a sample that has `shape`, which `fixedSpectrumMisfit` has nothing against. */
export function fixedSpectrumShape(
  { window, hop, channels }: FixedSpectrum,
  [length]: Shape,
): readonly [number, number] {
  return [Math.floor((length - window) / hop) + 1, channels];
}
