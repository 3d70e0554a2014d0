import { LOGARITHM } from '../../../core/samples/spectrum.ts';

const f = Math.fround;

/** The least number that float32 holds in full. */
export const LEAST_FLOOR = 2 ** -126;

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);
const { ROOT, OFFSET, LN2_HIGH, LN2_LOW, TERMS } = LOGARITHM;

/** As `LOGARITHM` says, every step rounded. */
export function naturalLogarithm(x: number): number {
  FLOAT[0] = x;
  const shifted = BITS[0] + OFFSET;
  const exponent = (shifted >>> 23) - 127;
  BITS[0] = (shifted & 0x7fffff) + ROOT;
  const m = FLOAT[0];
  const s = f(f(m - 1) / f(m + 1));
  const square = f(s * s);
  let sum = TERMS[0];
  for (let i = 1; i < TERMS.length; i++) sum = f(f(sum * square) + TERMS[i]);
  const double = f(s + s);
  const small = f(f(double * f(square * sum)) + f(exponent * LN2_LOW));
  return f(f(exponent * LN2_HIGH) + f(double + small));
}
