/**
 * From one rate to another by a polyphase filter: a sinc under a Kaiser window (J. O. Smith, Digital Audio Resampling). What
 * is asked for at output n stands at input n · from / to, exactly; the same samples give the same bits wherever they run.
 */

import type { ReadFrames } from './wav-samples.ts';

/** Zero crossings of the sinc on either side, counted at the lower of the two rates. */
const CROSSINGS = 32;
/** 90 dB; with so many crossings the slope takes 18 % of the band, and ends at half the lower rate. */
const KAISER_BETA = 9;
const CUTOFF = 0.91;
/** A filter for each phase is kept, unless all of them are more than 32 MiB. */
const MAX_KEPT_TAPS = 2 ** 22;
/** Filters that reach over more samples, and files that grow more, are nobody's audio. */
export const MAX_RATIO = 64;

/** sin(πx), by Taylor's series: `Math.sin` is another function in every engine. */
function sinPi(x: number): number {
  const turn = x - 2 * Math.round(x / 2);
  const angle = Math.PI * (turn > 0.5 ? 1 - turn : turn < -0.5 ? -1 - turn : turn);
  let term = angle;
  let sum = angle;
  for (let n = 2; n < 24; n += 2) {
    term *= -(angle * angle) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

const sinc = (x: number): number => (x === 0 ? 1 : sinPi(x) / (Math.PI * x));

/** The modified Bessel function of order 0, by its series. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

/** 1 in the middle, 0 beyond ±1. */
const kaiser = (x: number): number =>
  Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The weights of inputs −half + 1 … half around a place that is `fraction` of a sample after input 0. Their sum is 1. */
function filterAt(fraction: number, half: number, scale: number): Float64Array {
  const taps = new Float64Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < taps.length; tap++) {
    const distance = (tap - half + 1 - fraction) * scale;
    taps[tap] = sinc(distance * CUTOFF) * kaiser(distance / CROSSINGS);
    sum += taps[tap];
  }
  for (let tap = 0; tap < taps.length; tap++) taps[tap] /= sum;
  return taps;
}

/** The filter of every phase, 0 … phases − 1, made when it is asked for. */
function filterBank(phases: number, half: number, scale: number): (phase: number) => Float64Array {
  const make = (phase: number): Float64Array => filterAt(phase / phases, half, scale);
  if (phases * 2 * half > MAX_KEPT_TAPS) return make;
  const kept: (Float64Array | undefined)[] = new Array(phases).fill(undefined);
  return (phase) => {
    const filter = kept[phase] ?? make(phase);
    kept[phase] = filter;
    return filter;
  };
}

export interface Resampler {
  /** How many sample instants become of so many. */
  length(frames: number): number;
  /** Reads at the new rate what `read` reads at the old one. */
  resampled(read: ReadFrames, channels: number): ReadFrames;
}

/** Both rates are whole, positive, and at most `MAX_RATIO` times each other. */
export function createResampler(from: number, to: number): Resampler {
  const divisor = greatestDivisor(from, to);
  const [stride, phases] = [from / divisor, to / divisor];
  const length = (frames: number): number => Math.ceil((frames * phases) / stride);
  if (stride === phases) return { length, resampled: (read) => read };
  const scale = Math.min(1, phases / stride);
  const half = Math.ceil(CROSSINGS / scale);
  const filterOf = filterBank(phases, half, scale);
  const resampled = (read: ReadFrames, channels: number): ReadFrames => {
    let results = new Float64Array(0);
    return (start, count) => {
      if (results.length < count * channels) results = new Float64Array(count * channels);
      const origin = Math.floor((start * stride) / phases) - half + 1;
      const last = Math.floor(((start + count - 1) * stride) / phases) + half;
      const inputs = read(origin, last - origin + 1);
      for (let output = 0; output < count; output++) {
        const place = (start + output) * stride;
        const filter = filterOf(place % phases);
        const first = Math.floor(place / phases) - half + 1 - origin;
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let tap = 0; tap < filter.length; tap++) {
            sum += filter[tap] * inputs[(first + tap) * channels + channel];
          }
          results[output * channels + channel] = sum;
        }
      }
      return results;
    };
  };
  return { length, resampled };
}
