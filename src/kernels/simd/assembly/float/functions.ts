/**
 * Functions of float32 values, rounded once, as JavaScript rounds what its own functions of doubles give. These differ by some of the
 * last bits of a double from what is computed here, so whoever calls is told where so little might have led to another float32.
 */

/** 2^−46, larger than all such differences, as a share of the result. */
@inline
const DOUBT: f64 = 1.4210854715202004e-14;
/** Results behind it do not change any more, and all powers of two that come up are normal numbers. */
@inline
const MOST_EXPONENT: f64 = 700;

/** Two powers of two, of whole numbers. */
@inline
function powerOfTwo(k: v128): v128 {
  return i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k)), i64x2.splat(1023)), 52);
}

/** The nearest multiples of ln 2, as counts. */
@inline
function countOf(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
}

/** e^r − 1 with r = x − k ln 2, which is within ± ln 2 / 2: the Taylor series up to where nothing is left. ln 2 is in two parts. */
@inline
function remainderMinusOne(x: v128, k: v128): v128 {
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238))), f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  let sum = f64x2.splat(1.0 / 6227020800.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 479001600.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 39916800.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 3628800.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 362880.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  return f64x2.add(r, f64x2.mul(f64x2.mul(r, r), sum));
}

/** 1 / (1 + e^−x) */
@inline
function sigmoid(x: v128): v128 {
  const negative = f64x2.pmin(f64x2.pmax(f64x2.neg(x), f64x2.splat(-MOST_EXPONENT)), f64x2.splat(MOST_EXPONENT));
  const k = countOf(negative);
  const power = powerOfTwo(k);
  const exponential = f64x2.add(power, f64x2.mul(power, remainderMinusOne(negative, k)));
  return f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), exponential));
}

/** m / (m + 2) with m = e^(2|x|) − 1, and the sign of x. */
@inline
function tanh(x: v128): v128 {
  const twice = f64x2.pmin(f64x2.mul(f64x2.abs(x), f64x2.splat(2)), f64x2.splat(MOST_EXPONENT));
  const k = countOf(twice);
  const power = powerOfTwo(k);
  const minusOne = f64x2.add(f64x2.sub(power, f64x2.splat(1)), f64x2.mul(power, remainderMinusOne(twice, k)));
  return v128.or(f64x2.div(minusOne, f64x2.add(minusOne, f64x2.splat(2))), v128.and(x, f64x2.splat(-0.0)));
}

/** Nothing is in doubt here: doubles are added, multiplied and divided as JavaScript does. */
@inline
function hardSwish(x: v128): v128 {
  const gate = f64x2.pmin(f64x2.pmax(f64x2.add(x, f64x2.splat(3)), f64x2.splat(0)), f64x2.splat(6));
  return f64x2.div(f64x2.mul(x, gate), f64x2.splat(6));
}

@inline
const SIGMOID: i32 = 0;
@inline
const TANH: i32 = 1;
@inline
const HARD_SWISH: i32 = 2;

@inline
function compute(code: i32, x: v128): v128 {
  if (code == SIGMOID) return sigmoid(x);
  return code == TANH ? tanh(x) : hardSwish(x);
}

/** Two results, as float32, that a bit more or less of them comes to. */
@inline
function rounded(y: v128, share: f64): v128 {
  return f32x4.demote_f64x2_zero(f64x2.mul(y, f64x2.splat(share)));
}

@inline
function inDoubt(y: v128): v128 {
  return v128.xor(rounded(y, 1 - DOUBT), rounded(y, 1 + DOUBT));
}

/** Whether any result is in doubt. */
@inline
function computeAll(code: i32, count: i32, input: usize, output: usize): i32 {
  let doubts = i64x2.splat(0);
  const end = input + (<usize>count << 2);
  for (; input < end; input += 16, output += 16) {
    const present = <i32>(end - input) >> 2;
    // What lies behind the last value is none.
    const x = present >= 4 ? v128.load(input) : present == 3
      ? v128.load32_lane(input + 8, v128.load64_zero(input), 2)
      : present == 2 ? v128.load64_zero(input) : v128.load32_zero(input);
    const low = compute(code, f64x2.promote_low_f32x4(x));
    const high = compute(code, f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)));
    if (code != HARD_SWISH) doubts = v128.or(doubts, v128.or(inDoubt(low), inDoubt(high)));
    const results = v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
    if (present >= 4) {
      v128.store(output, results);
      continue;
    }
    v128.store32_lane(output, results, 0);
    if (present > 1) v128.store32_lane(output, results, 1, 4);
    if (present > 2) v128.store32_lane(output, results, 2, 8);
  }
  return <i32>v128.any_true(doubts);
}

export function sigmoidFloat(count: i32, input: usize, output: usize): i32 {
  return computeAll(SIGMOID, count, input, output);
}

export function tanhFloat(count: i32, input: usize, output: usize): i32 {
  return computeAll(TANH, count, input, output);
}

export function hardSwishFloat(count: i32, input: usize, output: usize): i32 {
  return computeAll(HARD_SWISH, count, input, output);
}
