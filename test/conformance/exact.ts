/**
 * The integer arithmetic of TensorFlow Lite Micro written down once more, in exact integers and straight from its
 * definitions. It shares nothing with src/core/fixed-point.ts, so that an error has to be made twice to go unseen.
 */

const INT32_MAX = (1n << 31n) - 1n;
const INT32_MIN = -(1n << 31n);

const int32 = (x: bigint): bigint => BigInt.asIntN(32, x);
const saturate = (x: bigint): bigint => (x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : x);
const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** A finite double as significand · 2^exponent, from its bits. */
function bitsOf(x: number): { significand: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const significand = biased === 0 ? fraction : fraction | (1n << 52n);
  return { significand: x < 0 ? -significand : significand, exponent: Math.max(biased, 1) - 1075 };
}

/** x / 2^bits, ties away from zero; a negative `bits` multiplies. */
function divideByPowerOfTwo(x: bigint, bits: number): bigint {
  if (bits <= 0) return x << BigInt(-bits);
  const rounded = (absolute(x) + (1n << BigInt(bits - 1))) >> BigInt(bits);
  return x < 0n ? -rounded : rounded;
}

/** C's round(). */
export function roundAway(x: number): bigint {
  const { significand, exponent } = bitsOf(x);
  return divideByPowerOfTwo(significand, -exponent);
}

export interface Multiplier {
  readonly mantissa: bigint;
  readonly shift: number;
}

/** A positive real as mantissa · 2^(shift − 31), mantissa in [2^30, 2^31); 0 below 2^−32. */
export function multiplierOf(real: number): Multiplier {
  const { significand, exponent } = bitsOf(real);
  if (significand === 0n) return { mantissa: 0n, shift: 0 };
  const length = significand.toString(2).length;
  let shift = length + exponent;
  let mantissa = divideByPowerOfTwo(significand, length - 31);
  if (mantissa === 1n << 31n) {
    mantissa >>= 1n;
    shift += 1;
  }
  return shift < -31 ? { mantissa: 0n, shift: 0 } : { mantissa, shift };
}

/** a · b / 2^31, ties toward +∞, saturating. */
function high(a: bigint, b: bigint): bigint {
  return saturate((a * b + (1n << 30n)) >> 31n);
}

/** The accumulator times the multiplier: a wrapping left shift, then two roundings. */
export function scaled(x: bigint, { mantissa, shift }: Multiplier): bigint {
  const shifted = shift > 0 ? int32(x << BigInt(shift)) : int32(x);
  return divideByPowerOfTwo(high(shifted, mantissa), Math.max(-shift, 0));
}

/** An accumulator of 64 bits times the multiplier, of which 16 bits are left; one rounding, ties toward +∞. */
export function scaledWide(x: bigint, { mantissa, shift }: Multiplier): bigint {
  const nearest = (mantissa + (1n << 15n)) >> 16n;
  const bits = BigInt(15 - shift);
  return int32((x * (nearest > 32767n ? 32767n : nearest) + (1n << (bits - 1n))) >> bits);
}

/** The same with an accumulator of 32 bits, around which the sum wraps. */
export function scaledBy(bits: 32 | 64, x: bigint, multiplier: Multiplier): bigint {
  return bits === 64 ? scaledWide(x, multiplier) : scaled(int32(x), multiplier);
}

export function clampInt8(x: bigint, min = -128n, max = 127n): number {
  const low = min < -128n ? -128n : min;
  const top = max > 127n ? 127n : max;
  return Number(x < low ? low : x > top ? top : x);
}

/** exp of a raw Q`integerBits` number ≤ 0, in Q0.31: a polynomial on [−1/4, 0), then a factor for each bit above. */
function exp(a: bigint, integerBits: number): bigint {
  if (a === 0n) return INT32_MAX;
  const fraction = 31 - integerBits;
  const quarter = 1n << BigInt(fraction - 2);
  const rest = (((a % quarter) + quarter) % quarter) - quarter;
  const x = (rest << BigInt(integerBits)) + (1n << 28n);
  const square = high(x, x);
  const cube = high(square, x);
  const fourth = high(square, square);
  const tail = high(divideByPowerOfTwo(fourth, 2) + cube, BigInt(Math.round(2 ** 31 / 3))) + square;
  const atMinusEighth = BigInt(Math.round(Math.exp(-1 / 8) * 2 ** 31));
  let result = atMinusEighth + high(atMinusEighth, x + divideByPowerOfTwo(tail, 1));
  for (let power = -2; power < integerBits; power++) {
    const bit = BigInt(fraction + power);
    if ((((rest - a) >> bit) & 1n) === 1n) {
      result = high(result, BigInt(Math.round(Math.exp(-(2 ** power)) * 2 ** 31)));
    }
  }
  return result;
}

/** 2 / (1 + a) in Q2.29 for a in [0, 1] in Q0.31: three steps of Newton and Raphson. */
function reciprocal(a: bigint): bigint {
  const half = (a + INT32_MAX + 1n) >> 1n;
  const one = 1n << 29n;
  let x = BigInt(Math.round((48 / 17) * 2 ** 29)) + high(half, BigInt(Math.round((-32 / 17) * 2 ** 29)));
  for (let step = 0; step < 3; step++) x += saturate(high(x, one - high(half, x)) << 2n);
  return x;
}

/** 1 / (1 + a) in Q0.31. */
const oneOverOnePlus = (a: bigint): bigint => saturate(reciprocal(a) << 1n);

/** Logistic in steps of 1/256 above −128, of a raw Q4.27 number. */
export function logisticInt8(q4: bigint): number {
  const positive = oneOverOnePlus(exp(-absolute(q4), 4));
  const value = q4 === 0n ? 1n << 30n : q4 > 0n ? positive : INT32_MAX - positive;
  return clampInt8(divideByPowerOfTwo(value, 23) - 128n);
}

/** Tanh in steps of 1/128, of a raw Q4.27 number. */
export function tanhInt8(q4: bigint): number {
  // Twice the argument is the same raw number in Q5.26; (1 − e) / (1 + e) = 2 / (1 + e) − 1.
  const positive = saturate((reciprocal(exp(-absolute(q4), 5)) - (1n << 29n)) << 2n);
  const value = q4 === 0n ? 0n : q4 > 0n ? positive : -positive;
  return clampInt8(divideByPowerOfTwo(value, 24));
}

/** The largest distance from the zero point that an input in Q`integerBits` can have. */
export function radiusOf(integerBits: number, shift: number): bigint {
  const limit = (2n ** BigInt(integerBits) - 1n) << BigInt(31 - integerBits);
  return limit >> BigInt(shift);
}

/** A real number in Q0.31. */
const q31 = (real: number): bigint => BigInt(Math.round(real * 2 ** 31));

/** What a row's maximum and the other values are, with exp of the differences and a scaling to Q5.26. */
function exponentials(row: readonly number[], { mantissa, shift }: Multiplier) {
  const max = Math.max(...row);
  const radius = radiusOf(5, shift);
  const differences = row.map((value) => BigInt(value - max));
  const scaledDifferences = differences.map((difference) =>
    high(int32(difference << BigInt(shift)), mantissa),
  );
  const sum = scaledDifferences.reduce(
    (total, difference, i) =>
      differences[i] < -radius ? total : total + divideByPowerOfTwo(exp(difference, 5), 12),
    0n,
  );
  return { differences, scaledDifferences, radius, sum };
}

/** log of x ≥ 1 in Q12.19, in Q5.26, by a rational function around the nearest of 2^(k ± 1/4). */
function logarithm(x: bigint): bigint {
  const root = q31(Math.SQRT1_2);
  const zeros = leadingZeros(x);
  const halves = high(x, root);
  const zerosOfHalves = leadingZeros(halves) - 1;
  const upper = saturate(high(saturate(x << BigInt(zeros - 1)), root) << 1n);
  const lower = saturate(x << BigInt(zerosOfHalves));
  const r = upper < lower ? upper : lower;
  const quarter = 1n << 23n;
  const upperPower = BigInt(12 - zeros) * 2n ** 25n + quarter;
  const lowerPower = BigInt(12 - zerosOfHalves) * 2n ** 25n - quarter;
  const power = upperPower > lowerPower ? upperPower : lowerPower;
  const fourth = 2 ** 0.25;
  const center = q31(1 / fourth);
  const total = r + center;
  const p = (total + (total >= 0n ? 1n : -1n)) / 2n;
  const q = int32(2n * (r - center));
  const square = high(q, q);
  const numerator = high(q, r) + high(high(q, square), q31((11 / 240) * fourth));
  const denominator =
    high(p, int32(q31(2 / fourth - fourth) + q + high(q31(fourth / 20), square))) + high(q31(fourth / 4), q);
  const fraction = high(divideByPowerOfTwo(numerator, 6), oneOverOnePlus(denominator));
  return saturate((high(power, q31(Math.LN2)) + fraction) << 1n);
}

/** One row of int8 log-softmax in steps of 1/16 below 127. */
export function logSoftmaxInt8(row: readonly number[], scale: number): number[] {
  const scaling = multiplierOf(Math.min(scale * 2 ** 26, 2 ** 31 - 1));
  const { differences, scaledDifferences, radius, sum } = exponentials(row, scaling);
  const log = logarithm(sum);
  const reverse = multiplierOf(2 ** (31 - scaling.shift) / Number(scaling.mantissa));
  const lowest = scaled(int32(log + INT32_MIN), reverse);
  const least = lowest > -radius - 1n ? lowest : -radius - 1n;
  return differences.map((difference, i) =>
    difference > least ? clampInt8(divideByPowerOfTwo(int32(scaledDifferences[i] - log), 22) + 127n) : -128,
  );
}

/** 1 / √x in steps of 1/128: five Newton steps from 1, with 4^n taken out of x. */
export function inverseRoot(x: bigint): Multiplier {
  if (x <= 1n) return { mantissa: INT32_MAX, shift: 0 };
  let right = 11;
  let y = x;
  for (; y >= 1n << 29n; right++) y /= 4n;
  for (; y < 1n << 27n; right--) y *= 4n;
  const half = divideByPowerOfTwo(y >> 1n, 1);
  let root = 1n << 28n;
  for (let step = 0; step < 5; step++) {
    const cube = saturate(high(high(root, root), root) << 6n);
    root = saturate((high(3n << 27n, root) - high(half, cube)) << 3n);
  }
  const mantissa = high(root, q31(Math.SQRT1_2));
  return right < 0 ? { mantissa: mantissa << BigInt(-right), shift: 0 } : { mantissa, shift: -right };
}

const leadingZeros = (x: bigint): number => 32 - x.toString(2).length;

/** One row of int8 softmax; `real` is β · scale · 2^26, at most 2^31 − 1. */
/** `bits` of the output. */
export function softmaxInt8(row: readonly number[], real: number, bits: 8 | 16): number[] {
  const { mantissa, shift } = multiplierOf(real);
  const max = Math.max(...row);
  const exps = row.map((value) => {
    const difference = BigInt(value - max);
    if (difference < -radiusOf(5, shift)) return undefined;
    return exp(high(int32(difference << BigInt(shift)), mantissa), 5);
  });
  const sum = exps.reduce<bigint>((total, e) => total + divideByPowerOfTwo(e ?? 0n, 12), 0n);
  const headroom = leadingZeros(sum);
  const inverse = oneOverOnePlus((sum << BigInt(headroom)) - (1n << 31n));
  const shiftRight = 12 - headroom + 31 - bits;
  const half = 1n << BigInt(bits - 1);
  return exps.map((e) => {
    const share = e === undefined ? 0n : divideByPowerOfTwo(high(inverse, e), shiftRight);
    return Number(share < 2n * half ? share - half : half - 1n);
  });
}

/** a / b times the multiplier: the inverse of |b| brought into [1, 2), and one shift of everything at the end. */
export function dividedInt8(a: bigint, b: bigint, { mantissa, shift }: Multiplier): bigint {
  const numerator = b < 0n ? -a : a;
  const zeros = leadingZeros(absolute(b));
  const inverse = oneOverOnePlus((absolute(b) << BigInt(zeros)) - (1n << 31n));
  let headroom = 0;
  while (headroom < 31 && int32(numerator << BigInt(headroom + 1)) === numerator << BigInt(headroom + 1)) {
    headroom++;
  }
  const quotient = high(numerator << BigInt(headroom), inverse);
  return divideByPowerOfTwo(high(quotient, mantissa), headroom + 31 - zeros - shift);
}
