/**
 * Functions of sums, products and quotients alone, which every machine rounds alike: `Math.log` and its like promise nothing.
 * Each is within a few units of the last place of a double, so that float32 tables made of them are rounded correctly but for
 * ties that no double tells apart.
 */

/** Of the series of the logarithm, for arguments up to (√2 − 1) / (√2 + 1). */
const ATANH_TERMS = 13;

/** 2 · artanh s = ln((1 + s) / (1 − s)) for |s| ≤ 0.1716. */
function twiceAtanh(s: number): number {
  const square = s * s;
  let sum = 0;
  for (let power = 2 * ATANH_TERMS - 1; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum;
}

/** ln 2 in two parts, of which the first has 33 digits: its products with exponents are exact. The sum has more than a double. */
const LN2_HIGH = 0x162e42fee / 2 ** 33;
const LN2_LOW = 1.9082149292705877e-10;

/** ln x for a finite x above 0. */
export function logarithmOf(x: number): number {
  let exponent = 0;
  let mantissa = x;
  for (; mantissa > Math.SQRT2; mantissa /= 2) exponent++;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent--;
  return exponent * LN2_HIGH + (exponent * LN2_LOW + twiceAtanh((mantissa - 1) / (mantissa + 1)));
}

/** ln(1 + x) for x from 0 on, as exact for small x. */
export function logarithmOfOneAnd(x: number): number {
  return x < Math.SQRT2 - 1 ? twiceAtanh(x / (2 + x)) : logarithmOf(1 + x);
}

const EXPONENTIAL_TERMS = 16;

/** e^x for |x| up to 700. */
export function exponentialOf(x: number): number {
  const exponent = Math.round(x / Math.LN2);
  const rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let sum = 1;
  for (let k = EXPONENTIAL_TERMS; k >= 1; k--) sum = 1 + (sum * rest) / k;
  for (let k = exponent; k > 0; k--) sum *= 2;
  for (let k = exponent; k < 0; k++) sum /= 2;
  return sum;
}
