/**
 * What the plain kernels compute with. exp and tanh in float32, by the steps of the SIMD kernels (`simd/assembly/elementwise.ts`), every one of them
 * rounded: the same bits on every machine, which `Math.exp` and `Math.tanh` do not promise.
 */

/** The numbers of a heap: kernels round what is between two stores as the stores do. */
export interface Arithmetic {
  round(x: number): number;
  exp(x: number): number;
  tanh(x: number): number;
}

const f = Math.fround;

const [LOWEST, HIGHEST] = [f(-87.33), f(88.72)];
const LOG2_E = f(Math.LOG2E);
/** ln 2 in two parts, of which the first has few digits. */
const [LN2_HIGH, LN2_LOW] = [f(0.693359375), f(-2.1219444e-4)];
const EXP_TERMS = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1].map(
  f,
);
const EXP_FIRST = f(1.98756915e-4);

/** 2^n for n from −64 to 64. */
const POWERS = Float32Array.from({ length: 129 }, (_, i) => 2 ** (i - 64));

/** Adding and taking away 1.5 · 2^23 rounds to whole numbers, ties to even, as the processor does. */
const ROUNDER = 12582912;

function polynomial(first: number, terms: readonly number[], x: number): number {
  let sum = first;
  for (let i = 0; i < terms.length; i++) sum = f(f(sum * x) + terms[i]);
  return sum;
}

/** e^x, relative error below 2e-7; x is a float32. */
function exp(x: number): number {
  const clamped = Math.max(Math.min(x, HIGHEST), LOWEST);
  if (Number.isNaN(clamped)) return clamped;
  const n = f(f(f(clamped * LOG2_E) + ROUNDER) - ROUNDER);
  const r = f(f(clamped - f(n * LN2_HIGH)) - f(n * LN2_LOW));
  const p = polynomial(EXP_FIRST, EXP_TERMS, r);
  const value = f(f(f(p * f(r * r)) + r) + 1);
  const half = n >> 1;
  return f(f(value * POWERS[half + 64]) * POWERS[n - half + 64]);
}

const TANH_FIRST = f(-5.70498872745e-3);
const TANH_TERMS = [2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1].map(f);

/** A polynomial near 0, where 1 − 2/(e^2x + 1) would lose digits. */
function tanh(x: number): number {
  const magnitude = Math.min(Math.abs(x), 10);
  if (magnitude < f(0.625)) {
    const z = f(x * x);
    const p = polynomial(TANH_FIRST, TANH_TERMS, z);
    return f(f(f(p * z) * x) + x);
  }
  const far = f(1 - f(2 / f(exp(f(magnitude + magnitude)) + 1)));
  return x < 0 ? -far : far;
}

/** That of SIMD, to the bit. */
export const FLOAT32: Arithmetic = { round: Math.fround, exp, tanh };

/** What four lanes add up to: pairs first. */
export function sumOfLanes({ round: f }: Arithmetic, a: number, b: number, c: number, d: number): number {
  return f(f(a + b) + f(c + d));
}
