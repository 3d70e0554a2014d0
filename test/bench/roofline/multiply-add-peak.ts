/** How many multiply-accumulates a second WebAssembly SIMD does at best. */

import { macsPerSecond } from './independent-chains.ts';

/** `i32x4.dot_i16x8_s` multiplies eight pairs of int16 and adds them up in twos. */
const DOT = {
  next: (sum: string) => `i32x4.add(${sum}, i32x4.dot_i16x8_s(x, ${sum}))`,
  macs: 8,
};

let measured: Promise<number> | undefined;

async function measure(): Promise<number> {
  const peak = await macsPerSecond(DOT);
  if (peak === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  return peak;
}

/** Of int16 with int32 sums; measured once. */
export function multiplyAddPeak(): Promise<number> {
  measured ??= measure();
  return measured;
}

/** `38.0 of 44.9 · 10^9 multiply-accumulates a second`. */
export function peakShare(macs: number, seconds: number, peak: number): { percent: number; how: string } {
  const giga = (value: number): string => (value / 1e9).toPrecision(3);
  const reached = macs / seconds;
  return {
    percent: (100 * reached) / peak,
    how: `${giga(reached)} of ${giga(peak)} · 10^9 multiply-accumulates a second`,
  };
}
