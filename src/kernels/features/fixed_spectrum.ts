/** One frame of the audio front end of TensorFlow Lite Micro after another: `core/samples/fixed-spectrum.ts` says what it is. */

import { FIXED_POINT, type NoiseReduction } from '../../core/samples/fixed-spectrum.ts';
import type { FixedSpectrumTables } from '../../core/samples/fixed-spectrum-tables.ts';
import { filterBank } from './filter_bank.ts';
import { controlGain } from './gain_control.ts';
import { logarithms } from './logarithm.ts';
import { reduceNoise } from './noise_reduction.ts';
import { splitPairs, transformInt16, transformOrder } from './real_fft_int16.ts';
import { squareRoot } from './square_root.ts';
import { scaleBits, windowInt16 } from './window_int16.ts';

export interface FixedSpectrumFrames {
  /** Forgets what is known of the noise. */
  reset(): void;
  /** 64 · ln of every channel, of the samples of one window. */
  compute(samples: Int16Array, into: Int16Array): void;
}

/** The loop over one frame; it allocates nothing. */
export function fixedSpectrumFrames(
  tables: FixedSpectrumTables,
  noiseReduction: NoiseReduction | undefined,
): FixedSpectrumFrames {
  const { window, turns, halfTurns, bank, gains, excess, correctionBits } = tables;
  const half = tables.size / 2;
  const order = transformOrder(half);
  const channels = bank.ends.length - 1;
  const windowed = new Int16Array(tables.size);
  const spectrum = { re: new Int16Array(half), im: new Int16Array(half) };
  const energies = new Float64Array(channels);
  const signal = new Uint32Array(channels);
  const noise = new Uint32Array(channels);
  const ratioShift = FIXED_POINT.GAIN_BITS - correctionBits - FIXED_POINT.RATIO_BITS;
  return {
    reset: () => noise.fill(0),
    compute(samples, into) {
      const bits = scaleBits(windowInt16(samples, window, FIXED_POINT.WINDOW_BITS, windowed));
      for (let i = 0; i < half; i++) {
        spectrum.re[i] = windowed[2 * order[i]] << bits;
        spectrum.im[i] = windowed[2 * order[i] + 1] << bits;
      }
      transformInt16(spectrum, turns);
      splitPairs(spectrum, halfTurns);
      filterBank(spectrum, bank, energies);
      for (let i = 0; i < channels; i++) signal[i] = squareRoot(energies[i]) >>> bits;
      if (noiseReduction !== undefined) reduceNoise(signal, noise, noiseReduction);
      if (gains !== undefined) controlGain(signal, noise, gains, ratioShift);
      logarithms(signal, correctionBits, excess, into);
    },
  };
}
