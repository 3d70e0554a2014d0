import type { FixedSpectrum } from '../../../src/core/samples/fixed-spectrum.ts';

/** As Speech Commands of TensorFlow Lite Micro has it: 30 ms every 20 ms at 16 kHz, 40 channels, 409, 983 and 819 of 2^14. */
export const MICRO_SPEECH = {
  window: 480,
  hop: 320,
  rate: 16_000,
  channels: 40,
  low: 125,
  high: 7500,
  noise: { smoothing: 409, oddSmoothing: 983, remaining: 819 },
  gain: { strength: Math.fround(0.95), offset: 80 },
} as const satisfies FixedSpectrum;
