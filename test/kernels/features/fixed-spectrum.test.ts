/** Integers of sound: every loop gives what TensorFlow Lite Micro recorded. */

import { describe, expect, it } from 'vitest';
import { fixedSpectrumTables, type Turns } from '../../../src/core/samples/fixed-spectrum-tables.ts';
import { filterBank } from '../../../src/kernels/features/filter_bank.ts';
import { fixedSpectrumFrames } from '../../../src/kernels/features/fixed_spectrum.ts';
import { controlGain } from '../../../src/kernels/features/gain_control.ts';
import { int16Samples } from '../../../src/kernels/features/int16_samples.ts';
import { logarithm, logarithms } from '../../../src/kernels/features/logarithm.ts';
import { reduceNoise } from '../../../src/kernels/features/noise_reduction.ts';
import { splitPairs, transformInt16, transformOrder } from '../../../src/kernels/features/real_fft_int16.ts';
import { squareRoot } from '../../../src/kernels/features/square_root.ts';
import { scaleBits, windowInt16 } from '../../../src/kernels/features/window_int16.ts';
import { MICRO_SPEECH } from '../../data/preparing/micro-speech.ts';
import { RECORDED, SIGNAL, turning } from './recorded.ts';

const TABLES = fixedSpectrumTables(MICRO_SPEECH);
const { frame7 } = RECORDED;

/** Of real numbers, frequencies 1 to size / 2 − 1; the first of each part is nobody's. */
function realTransform(values: Int16Array, tables: Pick<typeof TABLES, 'turns' | 'halfTurns'>) {
  const order = transformOrder(values.length / 2);
  const spectrum = {
    re: Int16Array.from(order, (from) => values[2 * from]),
    im: Int16Array.from(order, (from) => values[2 * from + 1]),
  };
  transformInt16(spectrum, tables.turns);
  splitPairs(spectrum, tables.halfTurns);
  return spectrum;
}

/** As fixtures/tflm-signal/README.md says. */
function digestOf({ re, im }: Turns, before = 0): number {
  let digest = before;
  for (let k = 1; k < re.length; k++) {
    for (const part of [re[k], im[k]]) digest = (Math.imul(digest, 31) + (part & 0xffff)) >>> 0;
  }
  return digest;
}

describe('the tables', () => {
  it('are those of audio_preprocessor_int8.tflite', () => {
    expect([...TABLES.window]).toEqual(RECORDED.window);
    // Two entries, then a row of four for each number of digits, of which the last is padding.
    const gains = RECORDED.gains.filter((_, i) => i < 2 || (i - 2) % 4 !== 3);
    expect([...(TABLES.gains ?? [])]).toEqual(gains);
    let frequency = TABLES.bank.first;
    const bands = Array.from(TABLES.bank.ends, (end) => {
      const from = frequency;
      frequency = end;
      return Array.from({ length: end - from }, (_, i) => {
        const at = from + i - TABLES.bank.first;
        return [from + i, TABLES.bank.weights[at], TABLES.bank.unweights[at]];
      });
    });
    expect(bands).toEqual(RECORDED.bands);
  });
});

describe('one frame', () => {
  it('goes through the recorded integers', () => {
    const windowed = new Int16Array(512);
    const bits = scaleBits(windowInt16(SIGNAL.subarray(7 * 320), TABLES.window, 12, windowed));
    expect([...windowed.subarray(0, 480)]).toEqual(frame7.windowed);
    expect(bits).toBe(frame7.scale);
    const spectrum = realTransform(
      windowed.map((value) => value << bits),
      TABLES,
    );
    const parts = Array.from(spectrum.re, (re, k) => [re, spectrum.im[k]]).flat();
    expect(parts.slice(2)).toEqual(frame7.spectrum.slice(2, 512));
    const energies = new Float64Array(40);
    filterBank(spectrum, TABLES.bank, energies);
    expect([...energies]).toEqual(frame7.bands);
    const signal = Uint32Array.from(energies, (energy) => squareRoot(energy) >>> bits);
    expect([...signal]).toEqual(frame7.roots);
    const found = new Int16Array(40);
    logarithms(signal, TABLES.correctionBits, TABLES.excess, found);
    expect([...found]).toEqual(RECORDED.plain[7]);
  });

  it('is reduced and controlled by the noise of those before', () => {
    const noise = new Uint32Array(40);
    const quiet = fixedSpectrumFrames({ ...TABLES, gains: undefined }, MICRO_SPEECH.noise);
    const found = new Int16Array(40);
    for (const [frame, expected] of RECORDED.quiet.entries()) {
      quiet.compute(SIGNAL.subarray(frame * 320), found);
      expect([...found]).toEqual(expected);
    }
    // The estimate itself, from the roots of one frame and what it made of them.
    noise.set(frame7.noise);
    const gained = Uint32Array.from(frame7.reduced);
    controlGain(gained, noise, TABLES.gains as Int16Array, 6);
    expect([...gained]).toEqual(frame7.gained);
  });
});

describe('a sequence of frames', () => {
  it('has the recorded features, again after a reset', () => {
    const frames = fixedSpectrumFrames(TABLES, MICRO_SPEECH.noise);
    const found = new Int16Array(40);
    for (let pass = 0; pass < 2; pass++) {
      frames.reset();
      for (const [frame, expected] of RECORDED.frames.entries()) {
        frames.compute(SIGNAL.subarray(frame * 320), found);
        expect([...found]).toEqual(expected);
      }
    }
  });
});

describe('transforms of other sizes', () => {
  it.each(Object.entries(RECORDED.transforms))('%s', (name, expected) => {
    const [size, start] = name.split('@').map(Number);
    const tables = fixedSpectrumTables({ ...MICRO_SPEECH, window: size });
    const { re, im } = realTransform(SIGNAL.slice(start, start + size), tables);
    expect(digestOf({ re, im })).toBe(expected);
  });

  it.each(Object.entries(RECORDED.loudest))('of what leaves int16: %s', (name, expected) => {
    const size = Number(name);
    const tables = fixedSpectrumTables({ ...MICRO_SPEECH, window: size });
    let digest = 0;
    for (let times = 0; times < size / 2; times++) {
      digest = digestOf(realTransform(turning(size, times), tables), digest);
    }
    expect(digest).toBe(expected);
  });
});

describe('edges', () => {
  /** Digit by digit, with TFLM's exception for numbers of 32 bits. */
  function digitwiseRoot(x: bigint): bigint {
    let root = 0n;
    for (let bit = 1n << 31n; bit > 0n; bit >>= 1n) if ((root + bit) ** 2n <= x) root += bit;
    const rest = x - root * root;
    return rest > root && !(x < 1n << 32n && root === 0xffffn) ? root + 1n : root;
  }

  it('of square roots', () => {
    const roots = [1, 2, 3, 255, 46_340, 65_534, 65_535, 65_536, 94_906_265, 2 ** 26 - 1].map(BigInt);
    const near = roots.flatMap((root) => [-1n, 0n, 1n, root, root + 1n].map((more) => root * root + more));
    for (const x of [0n, ...near, (1n << 32n) - 1n, 1n << 32n].filter((one) => one < 1n << 53n)) {
      expect(squareRoot(Number(x))).toBe(Number(digitwiseRoot(x)));
    }
  });

  it('of windows that hold nothing, and the lowest number', () => {
    expect(scaleBits(0)).toBe(0);
    expect([1, 2, 16_383, 16_384, 32_767, 32_768].map(scaleBits)).toEqual([14, 13, 1, 0, 0, 0]);
  });

  it('of samples', () => {
    const values = [
      0,
      -0,
      1,
      -1,
      32_767 / 32_768,
      1.5 / 32_768,
      -1.5 / 32_768,
      0.49999 / 32_768,
      Infinity,
      -9,
    ];
    const into = new Int16Array(values.length);
    expect(int16Samples(Float32Array.from(values), 0, into)).toBe(false);
    expect([...into]).toEqual([0, 0, 32_767, -32_768, 32_767, 2, -2, 0, 32_767, -32_768]);
    expect(int16Samples(Float32Array.of(NaN), 0, into.subarray(0, 1))).toBe(true);
    expect(into[0]).toBe(0);
  });

  it('of logarithms: 64 · ln to half a step and what the table leaves out between its entries', () => {
    for (let x = 2; x < 2 ** 32; x = Math.ceil(x * 1.07)) {
      expect(Math.abs(logarithm(x, TABLES.excess) - 64 * Math.log(x))).toBeLessThan(0.67);
    }
  });

  it('of noise reduction and gain control: words that wrap', () => {
    const signal = Uint32Array.of(0, 1, 2 ** 22, 2 ** 32 - 1);
    const noise = Uint32Array.of(2 ** 32 - 1, 0, 2 ** 31, 7);
    reduceNoise(signal, noise, MICRO_SPEECH.noise);
    const exact = (i: number, given: bigint, before: bigint): [bigint, bigint] => {
      const smoothing = i % 2 === 0 ? 409n : 983n;
      const scaled = BigInt.asUintN(32, given << 10n);
      const estimate = (scaled * smoothing + before * (16_384n - smoothing)) >> 14n;
      const rest = estimate > scaled ? 0n : (scaled - estimate) >> 10n;
      const least = (given * 819n) >> 14n;
      return [rest > least ? rest : least, estimate];
    };
    const expected = [
      exact(0, 0n, 2n ** 32n - 1n),
      exact(1, 1n, 0n),
      exact(2, 2n ** 22n, 2n ** 31n),
      exact(3, 2n ** 32n - 1n, 7n),
    ];
    expect(Array.from(signal, (value, i) => [BigInt(value), BigInt(noise[i])])).toEqual(expected);
    // The product of two words of 32 bits is cut to 32 bits behind its shift.
    const negative = Int16Array.from({ length: 95 }, () => -1);
    const loud = Uint32Array.of(2 ** 32 - 1);
    controlGain(loud, Uint32Array.of(1), negative, 6);
    const ratio = BigInt.asUintN(32, ((2n ** 32n - 1n) * (2n ** 32n - 1n)) >> 6n);
    expect(BigInt(loud[0])).toBe((ratio >> 6n) - 64n);
  });
});
