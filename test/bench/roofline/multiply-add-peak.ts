/** How many multiply-accumulates a second WebAssembly SIMD does at best. */

import { type ChainStep, macsPerSecond } from './independent-chains.ts';

/** `i32x4.dot_i16x8_s` multiplies eight pairs of int16 and adds them up in twos. */
const DOT = {
  next: (sum: string) => `i32x4.add(${sum}, i32x4.dot_i16x8_s(x, ${sum}))`,
  macs: 8,
};

/** Numbers near 0.75, so that sums stay what processors are fast with. */
const FLOAT = {
  next: (sum: string) => `f32x4.sub(x, f32x4.mul(x, ${sum}))`,
  macs: 4,
  byte: 0x3f,
};

const measured = new Map<ChainStep, Promise<number>>();

async function measure(step: ChainStep): Promise<number> {
  const peak = await macsPerSecond(step);
  if (peak === undefined) throw new Error('this machine has no WebAssembly with SIMD');
  return peak;
}

function measuredOnce(step: ChainStep): Promise<number> {
  const peak = measured.get(step) ?? measure(step);
  measured.set(step, peak);
  return peak;
}

/** Of int16 with int32 sums; measured once. */
export function multiplyAddPeak(): Promise<number> {
  return measuredOnce(DOT);
}

/** Of float32, a product and a sum each rounded; measured once. */
export function floatMultiplyAddPeak(): Promise<number> {
  return measuredOnce(FLOAT);
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
