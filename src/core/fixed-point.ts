/**
 * The integer arithmetic of TensorFlow Lite Micro and gemmlowp in its default build (double rounding),
 * bit for bit. Sources: tflite-micro 90b983c `lite/kernels/internal/common.h` and `quantization_util.cc`;
 * gemmlowp 719139c `fixedpoint/fixedpoint.h`. Raw Qm.n numbers are plain int32 values.
 */

export const INT32_MAX = 2147483647;
export const INT32_MIN = -2147483648;
const TWO_31 = 2147483648;

/** real ≈ multiplier · 2^(shift − 31), with multiplier in [2^30, 2^31). */
export interface QuantizedMultiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/** Rounds half away from zero, like C's `round`. */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  // −1, 0 or 1 without a branch that nobody could foresee; NaN where x is not finite.
  const away = Math.trunc(2 * (x - whole));
  return Number.isNaN(away) ? x : whole + away + 0; // + 0 turns −0 into 0
}

/** Splits a finite double into mantissa · 2^exponent with |mantissa| in [0.5, 1), like C's `frexp`. */
function frexp(x: number): { mantissa: number; exponent: number } {
  if (x === 0) return { mantissa: 0, exponent: 0 };
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let mantissa = x * 2 ** -exponent;
  // log2 may round across a power of two, and subnormal numbers start outside the range.
  while (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  while (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  }
  return { mantissa, exponent };
}

/** `QuantizeMultiplier`: a real number as a 31-bit mantissa and a shift; too small ones become 0. */
export function quantizeMultiplier(real: number): QuantizedMultiplier {
  const { mantissa, exponent } = frexp(real);
  let multiplier = roundHalfAway(mantissa * TWO_31);
  let shift = exponent;
  if (multiplier === TWO_31) {
    multiplier /= 2;
    shift++;
  }
  if (shift < -31) return { multiplier: 0, shift: 0 };
  return { multiplier, shift };
}

/** `SaturatingRoundingDoublingHighMul`: a·b / 2^31, ties toward +∞, saturating at INT32_MIN². */
export function highMul(a: number, b: number): number {
  if (a === INT32_MIN && b === INT32_MIN) return INT32_MAX;
  // a = high·2^16 + low, so every product stays below 2^48 and exact in a double.
  const high = (a >> 16) * b;
  const low = (a & 0xffff) * b;
  const quotient = Math.floor(high / 32768);
  const rest = (high - quotient * 32768) * 65536 + low;
  return quotient + Math.floor((rest + 1073741824) / TWO_31);
}

/** `RoundingDivideByPOT`: x / 2^exponent for exponent in 0..31, ties away from zero. */
export function roundingDivideByPowerOfTwo(x: number, exponent: number): number {
  if (exponent === 31) return x <= -1073741824 ? -1 : x >= 1073741824 ? 1 : 0;
  const mask = (1 << exponent) - 1;
  const threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/** `MultiplyByQuantizedMultiplier` for an int32 accumulator: left shift (wrapping), high product, right shift. */
export function multiplyByQuantizedMultiplier(x: number, multiplier: number, shift: number): number {
  if (shift > 0) return highMul(x << shift, multiplier);
  return roundingDivideByPowerOfTwo(highMul(x, multiplier), -shift);
}

/** The multiplier as an int64 accumulator is multiplied by it: rounded to 16 bits, below 2^15. */
export function reducedMultiplier(multiplier: number): number {
  return multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
}

/** 2^0 to 2^46: no shift of an int64 accumulator is wider. */
const POWERS_OF_TWO = Float64Array.from({ length: 47 }, (_, exponent) => 2 ** exponent);
const TWO_24 = 16777216;
/** Up to here the product with 15 bits and the half that is added to it stay below 2^53. */
const DIRECT_LIMIT = 2 ** 37;

/**
 * The same with a multiplier that has been reduced. Every step is exact in doubles: larger sums are split at 24 bits, of
 * which the low part is brought over before the last shift. As in C, what does not fit into 32 bits wraps around.
 */
export function multiplyWideByReduced(x: number, reduced: number, shift: number): number {
  const bits = 15 - shift;
  const half = POWERS_OF_TWO[bits - 1];
  if (x >= -DIRECT_LIMIT && x <= DIRECT_LIMIT) {
    return Math.floor((x * reduced + half) / POWERS_OF_TWO[bits]) | 0;
  }
  const high = Math.floor(x / TWO_24);
  const lowProduct = (x - high * TWO_24) * reduced + half;
  const highProduct = high * reduced;
  if (bits >= 24) {
    return Math.floor((highProduct + Math.floor(lowProduct / TWO_24)) / POWERS_OF_TWO[bits - 24]) | 0;
  }
  return (((highProduct * POWERS_OF_TWO[24 - bits]) | 0) + Math.floor(lowProduct / POWERS_OF_TWO[bits])) | 0;
}

/**
 * `MultiplyByQuantizedMultiplier` for an int64 accumulator: the multiplier in 16 bits, one rounding, ties toward +∞. As
 * TFLM asserts, x is an integer in [−2^47, 2^47) and the shift lies in −31..7.
 */
export function multiplyWideByQuantizedMultiplier(x: number, multiplier: number, shift: number): number {
  return multiplyWideByReduced(x, reducedMultiplier(multiplier), shift);
}

/** `SaturatingRoundingMultiplyByPOT` with a positive exponent: a saturating left shift. */
export function saturatingShiftLeft(x: number, exponent: number): number {
  const shifted = x * 2 ** exponent;
  return shifted > INT32_MAX ? INT32_MAX : shifted < INT32_MIN ? INT32_MIN : shifted;
}

/** `CalculateInputRadius`: beyond this |input − zeroPoint| the fixed-point function has reached its limit. */
export function inputRadius(integerBits: number, leftShift: number): number {
  return Math.floor(((2 ** integerBits - 1) * 2 ** (31 - integerBits)) / 2 ** leftShift);
}

const ONE_EIGHTH_Q31 = 1 << 28;
const EXP_MINUS_ONE_EIGHTH_Q31 = 1895147668;
const ONE_THIRD_Q31 = 715827883;

/** exp(a) for a in [−1/4, 0), Q0.31 to Q0.31: a Taylor polynomial of degree 4 around −1/8. */
function expOnQuarter(a: number): number {
  const x = (a + ONE_EIGHTH_Q31) | 0;
  const x2 = highMul(x, x);
  const x3 = highMul(x2, x);
  const x4Over4 = roundingDivideByPowerOfTwo(highMul(x2, x2), 2);
  const cubicAndQuartic = highMul((x4Over4 + x3) | 0, ONE_THIRD_Q31);
  const tail = roundingDivideByPowerOfTwo((cubicAndQuartic + x2) | 0, 1);
  return (EXP_MINUS_ONE_EIGHTH_Q31 + highMul(EXP_MINUS_ONE_EIGHTH_Q31, (x + tail) | 0)) | 0;
}

/** exp(−2^e) in Q0.31 for e = −2..4, the steps of the barrel shifter. */
const EXP_STEPS_Q31 = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242] as const;

/** gemmlowp `exp_on_negative_values`: raw a ≤ 0 with `integerBits` integer bits to raw Q0.31. */
export function expOnNegativeValues(a: number, integerBits: number): number {
  if (a === 0) return INT32_MAX;
  const fractionalBits = 31 - integerBits;
  if (integerBits > 5 && a < -(2 ** (fractionalBits + 5))) return 0; // exp(−32) is below the last bit
  const oneQuarter = 1 << (fractionalBits - 2);
  const aModQuarter = (a & (oneQuarter - 1)) - oneQuarter;
  let result = expOnQuarter(saturatingShiftLeft(aModQuarter, integerBits));
  const remainder = (aModQuarter - a) | 0;
  for (let step = 0; step < EXP_STEPS_Q31.length && step - 2 < integerBits; step++) {
    if (remainder & (1 << (fractionalBits + step - 2))) result = highMul(result, EXP_STEPS_Q31[step]);
  }
  return result;
}

const ONE_Q29 = 1 << 29;
const FORTY_EIGHT_SEVENTEENTHS_Q29 = 1515870810;
const MINUS_THIRTY_TWO_SEVENTEENTHS_Q29 = -1010580540;

/** 2 / (1 + a) in Q2.29 for a in [0, 1] in Q0.31, by three Newton–Raphson steps. */
function twoOverOnePlus(a: number): number {
  const halfDenominator = roundHalfAway((a + INT32_MAX) / 2);
  let x = (FORTY_EIGHT_SEVENTEENTHS_Q29 + highMul(halfDenominator, MINUS_THIRTY_TWO_SEVENTEENTHS_Q29)) | 0;
  for (let step = 0; step < 3; step++) {
    const remainder = (ONE_Q29 - highMul(halfDenominator, x)) | 0;
    x = (x + saturatingShiftLeft(highMul(x, remainder), 2)) | 0;
  }
  return x;
}

/** gemmlowp `one_over_one_plus_x_for_x_in_0_1`, raw Q0.31 to raw Q0.31. */
export function oneOverOnePlus(a: number): number {
  return saturatingShiftLeft(twoOverOnePlus(a), 1);
}

/** gemmlowp `logistic`: raw Q4.27 to raw Q0.31. */
export function logisticQ4(a: number): number {
  if (a === 0) return 1 << 30;
  const ofMagnitude = oneOverOnePlus(expOnNegativeValues(a > 0 ? -a : a, 4));
  return a > 0 ? ofMagnitude : INT32_MAX - ofMagnitude;
}

/** gemmlowp `tanh`: raw Q4.27 to raw Q0.31. */
export function tanhQ4(a: number): number {
  if (a === 0) return 0;
  // The same raw number with one integer bit more is 2a; (1 − e^2a) / (1 + e^2a) = 2 / (1 + e^2a) − 1.
  const exp = expOnNegativeValues(a > 0 ? -a : a, 5);
  const ofMagnitude = saturatingShiftLeft((twoOverOnePlus(exp) - ONE_Q29) | 0, 2);
  return a > 0 ? ofMagnitude : -ofMagnitude;
}

const ONE_Q28 = 1 << 28;
const THREE_HALVES_Q28 = (1 << 28) + (1 << 27);
const HALF_SQRT_2_Q31 = 1518500250;
const NEWTON_STEPS = 5;

/** `GetInvSqrtQuantizedMultiplierExp`: 1 / √x of an int32 as a multiplier, by Newton–Raphson steps from 1. */
export function inverseSquareRoot(x: number): QuantizedMultiplier {
  if (x <= 1) return { multiplier: INT32_MAX, shift: 0 };
  let input = x;
  let rightShift = 11;
  while (input >= 1 << 29) {
    input = Math.floor(input / 4);
    rightShift++;
  }
  const pairs = Math.floor((Math.clz32(input) - 1) / 2) - 1;
  rightShift -= pairs;
  input <<= 2 * pairs;
  const half = roundingDivideByPowerOfTwo(input >> 1, 1);
  let root = ONE_Q28;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const cube = saturatingShiftLeft(highMul(highMul(root, root), root), 6);
    const next = (highMul(THREE_HALVES_Q28, root) - highMul(half, cube)) | 0;
    root = saturatingShiftLeft(next, 3);
  }
  const multiplier = highMul(root, HALF_SQRT_2_Q31);
  return rightShift < 0
    ? { multiplier: multiplier << -rightShift, shift: 0 }
    : { multiplier, shift: 0 - rightShift };
}
