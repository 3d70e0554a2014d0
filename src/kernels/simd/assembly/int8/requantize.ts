/** int32 sums to int8: TensorFlow Lite's double rounding, channel by channel, bit for bit. */

/** What is one for all channels; int32 fields, in the order of ../../int8-channels.ts. */
@unmanaged
export class Int8Outputs {
  /** Pixels lie so many bytes apart. */
  channels: i32;
  zeroPoint: i32;
}

/** Of four channels, in the order of ../../int8-channels.ts: four int32 each, of which the first is one of the ways below. */
@inline
const WAY: usize = 0;
@inline
const BIAS: usize = 16;
/** Sums beyond these come to the clamps; where sums go step by step, what they are clamped to, less the zero point. */
@inline
const LEAST: usize = 32;
@inline
const MOST: usize = 48;
@inline
const POWER: usize = 64;
@inline
const MULTIPLIER: usize = 80;
/** Where sums go step by step, 2^−shift right (float64) of two channels, and of the other two. */
@inline
const NEGATIVE: usize = 96;
@inline
const OFFSET: usize = 112;
@inline
const FOUR_CHANNELS: usize = 128;

@inline
export const EIGHT_CHANNELS: usize = 256;

/** Bytes of the sums of eight channels. */
@inline
export const EIGHT_SUMS: usize = 32;

/** How sums are requantized: step by step, by one shift where shifts allow it, or by one where nothing is to be clamped besides. */
@inline
const IN_STEPS: i32 = 0;
@inline
const SHORT: i32 = 1;
@inline
const SATURATED: i32 = 2;
/** Where what negative sums come to is clamped whatever it is. */
@inline
const SATURATED_POSITIVE: i32 = 3;
/** By a product of float32, where that comes to the same for every sum. */
@inline
const NEAREST: i32 = 4;

@inline
export function biasLow(at: usize): v128 {
  return v128.load(at, BIAS);
}

@inline
export function biasHigh(at: usize): v128 {
  return v128.load(at, FOUR_CHANNELS + BIAS);
}

/** Two products less than 2^63, rounded to 31 bits less; the result fits into the low half of each lane. */
@inline
export function highHalf(products: v128): v128 {
  return i64x2.shr_u(i64x2.add(products, i64x2.splat(1 << 30)), 31);
}

/** Two int32 (in lanes 0 and 1) times a power of two not above 1, ties away from zero: a double holds every step. */
@inline
export function divideRounding(x: v128, factor: v128): v128 {
  const scaled = f64x2.mul(f64x2.convert_low_i32x4_s(x), factor);
  const half = v128.or(v128.and(scaled, f64x2.splat(-0.0)), f64x2.splat(0.5));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(scaled, half));
}

/** Four sums to int32 with the output's zero point, clamped. */
@inline
export function scaleInSteps(sums: v128, least: v128, most: v128, power: v128, multiplier: v128, factorLow: v128, factorHigh: v128, zeroPoint: v128): v128 {
  const x = i32x4.mul(sums, power);
  const low = highHalf(i64x2.extmul_low_i32x4_s(x, multiplier));
  const high = highHalf(i64x2.extmul_high_i32x4_s(x, multiplier));
  const quotientLow = divideRounding(v128.shuffle<i32>(low, low, 0, 2, 0, 2), factorLow);
  const quotientHigh = divideRounding(v128.shuffle<i32>(high, high, 0, 2, 0, 2), factorHigh);
  const quotient = v128.shuffle<i32>(quotientLow, quotientHigh, 0, 1, 4, 5);
  return i32x4.add(i32x4.min_s(i32x4.max_s(quotient, least), most), zeroPoint);
}

/** The upper halves of products of 64 bits. */
@inline
function upperHalf(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_s(a, b), i64x2.extmul_high_i32x4_s(a, b), 1, 3, 5, 7);
}

/**
 * The same where no channel is shifted to the left, and none further to the right than by 19 bits. The two roundings are
 * one: with p = sum · multiplier and −shift = r,
 * ⌊(⌊(p + 2^30) / 2^31⌋ + 2^(r − 1) − [p < 0]) / 2^r⌋ = ⌊(p + 2^30 + 2^(30 + r) − [p < 0] · 2^31) / 2^(31 + r)⌋, here with all
 * of it times 2^(21 − r), so that every channel is shifted by 52 bits. What is added to p is a multiple of 2^32 then, and
 * so goes to the upper half alone, together with the zero point.
 */
@inline
function scaleShort(sums: v128, least: v128, most: v128, power: v128, multiplier: v128, negative: v128, offset: v128): v128 {
  const sum = i32x4.min_s(i32x4.max_s(sums, least), most);
  const upper = i32x4.add(upperHalf(i32x4.mul(sum, power), multiplier), v128.and(i32x4.shr_s(sum, 31), negative));
  return i32x4.shr_s(i32x4.add(upper, offset), 20);
}

/**
 * The same of sums that weights and bias have made 2^(11 − r) times as large and that fit into int32 so, whatever the input;
 * shifted by 42 bits. Clamps are those of int8, which are met when the results become bytes.
 */
@inline
function scaleSaturated(way: i32, sums: v128, multiplier: v128, negative: v128, offset: v128): v128 {
  let upper = upperHalf(sums, multiplier);
  if (way != SATURATED_POSITIVE) upper = i32x4.add(upper, v128.and(i32x4.shr_s(sums, 31), negative));
  return i32x4.shr_s(i32x4.add(upper, offset), 10);
}

/** Added to a float32 of less than 2^22, rounds it to an integer, which then is what its bits are above those of this number. */
@inline
const INTEGERS: f32 = 12582912;

/** The same by a product of float32 with sums that weights and bias have shifted, which the plan has tried for all results. */
@inline
function scaleNearest(sums: v128, multiplier: v128): v128 {
  const integers = f32x4.splat(INTEGERS);
  return i32x4.sub(f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sums), multiplier), integers), integers);
}

/** The first of four bytes, of which there are less. */
@inline
function storeSome(to: usize, bytes: i32, present: i32): void {
  store<i8>(to, <i8>bytes);
  if (present > 1) store<i8>(to, <i8>(bytes >> 8), 1);
  if (present > 2) store<i8>(to, <i8>(bytes >> 16), 2);
}

/** Where clamps are met when the results become bytes. */
@inline
function scaleClamped(way: i32, sums: v128, multiplier: v128, negative: v128, offset: v128): v128 {
  return way == NEAREST ? scaleNearest(sums, multiplier) : scaleSaturated(way, sums, multiplier, negative, offset);
}

/** Four sums of four channels to int32, which are clamped by making bytes of them. */
@inline
function scale(way: i32, x: v128, least: v128, most: v128, power: v128, multiplier: v128, negative: v128, offset: v128, zeroPoint: v128): v128 {
  if (way == IN_STEPS) return scaleInSteps(x, least, most, power, multiplier, negative, offset, zeroPoint);
  if (way == SHORT) return scaleShort(x, least, most, power, multiplier, negative, offset);
  return scaleClamped(way, x, multiplier, negative, offset);
}

/** `count` pixels of the sums of four channels, of which `present` are there, to pixels `step` bytes apart. */
@inline
function requantizeFour(way: i32, s: Int8Outputs, at: usize, sums: usize, count: i32, to: usize, present: i32): void {
  const least = v128.load(at, LEAST), most = v128.load(at, MOST);
  const power = v128.load(at, POWER), multiplier = v128.load(at, MULTIPLIER);
  const negative = v128.load(at, NEGATIVE), offset = v128.load(at, OFFSET);
  const zeroPoint = i32x4.splat(s.zeroPoint);
  const step = <usize>s.channels;
  let i = 0;
  if (present >= 4) {
    for (; i + 4 <= count; i += 4, sums += 4 * EIGHT_SUMS, to += step << 2) {
      const x0 = scale(way, v128.load(sums), least, most, power, multiplier, negative, offset, zeroPoint);
      const x1 = scale(way, v128.load(sums, EIGHT_SUMS), least, most, power, multiplier, negative, offset, zeroPoint);
      const x2 = scale(way, v128.load(sums, 2 * EIGHT_SUMS), least, most, power, multiplier, negative, offset, zeroPoint);
      const x3 = scale(way, v128.load(sums, 3 * EIGHT_SUMS), least, most, power, multiplier, negative, offset, zeroPoint);
      const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(x0, x1), i16x8.narrow_i32x4_s(x2, x3));
      v128.store32_lane(to, bytes, 0);
      v128.store32_lane(to + step, bytes, 1);
      v128.store32_lane(to + (step << 1), bytes, 2);
      v128.store32_lane(to + 3 * step, bytes, 3);
    }
  }
  for (; i < count; i++, sums += EIGHT_SUMS, to += step) {
    const x = scale(way, v128.load(sums), least, most, power, multiplier, negative, offset, zeroPoint);
    const words = i16x8.narrow_i32x4_s(x, x);
    const bytes = i32x4.extract_lane(i8x16.narrow_i16x8_s(words, words), 0);
    if (present >= 4) store<i32>(to, bytes);
    else storeSome(to, bytes, present);
  }
}

function requantize(s: Int8Outputs, at: usize, sums: usize, count: i32, to: usize, present: i32): void {
  const way = load<i32>(at, WAY);
  if (way == NEAREST) requantizeFour(NEAREST, s, at, sums, count, to, present);
  else if (way == SATURATED_POSITIVE) requantizeFour(SATURATED_POSITIVE, s, at, sums, count, to, present);
  else if (way == SATURATED) requantizeFour(SATURATED, s, at, sums, count, to, present);
  else if (way == SHORT) requantizeFour(SHORT, s, at, sums, count, to, present);
  else requantizeFour(IN_STEPS, s, at, sums, count, to, present);
}

/** Eight channels that go the same saturated way, two pixels at a time. */
@inline
function saturateEight(way: i32, at: usize, sums: usize, count: i32, to: usize, step: usize): void {
  const next = at + FOUR_CHANNELS;
  const multiplier = v128.load(at, MULTIPLIER), negative = v128.load(at, NEGATIVE), offset = v128.load(at, OFFSET);
  const multiplier1 = v128.load(next, MULTIPLIER), negative1 = v128.load(next, NEGATIVE), offset1 = v128.load(next, OFFSET);
  let i = 0;
  for (; i + 2 <= count; i += 2, sums += 2 * EIGHT_SUMS, to += step << 1) {
    const first = i16x8.narrow_i32x4_s(scaleClamped(way, v128.load(sums), multiplier, negative, offset), scaleClamped(way, v128.load(sums, 16), multiplier1, negative1, offset1));
    const second = i16x8.narrow_i32x4_s(scaleClamped(way, v128.load(sums, EIGHT_SUMS), multiplier, negative, offset), scaleClamped(way, v128.load(sums, EIGHT_SUMS + 16), multiplier1, negative1, offset1));
    const bytes = i8x16.narrow_i16x8_s(first, second);
    v128.store64_lane(to, bytes, 0);
    v128.store64_lane(to + step, bytes, 1);
  }
  if (i < count) {
    const words = i16x8.narrow_i32x4_s(scaleClamped(way, v128.load(sums), multiplier, negative, offset), scaleClamped(way, v128.load(sums, 16), multiplier1, negative1, offset1));
    v128.store64_lane(to, i8x16.narrow_i16x8_s(words, words), 0);
  }
}

function requantizeWhole(way: i32, at: usize, sums: usize, count: i32, to: usize, step: usize): void {
  if (way == NEAREST) saturateEight(NEAREST, at, sums, count, to, step);
  else if (way == SATURATED_POSITIVE) saturateEight(SATURATED_POSITIVE, at, sums, count, to, step);
  else saturateEight(SATURATED, at, sums, count, to, step);
}

/** sums[count, 8] of pixels, the bias included, to those channels of them; of channels beyond `present` nothing is written. */
@inline
export function requantizeEight(s: Int8Outputs, at: usize, sums: usize, count: i32, to: usize, present: i32): void {
  const way = load<i32>(at, WAY);
  const isAlike = present >= 8 && load<i32>(at, FOUR_CHANNELS + WAY) == way;
  if (isAlike && way >= SATURATED) {
    requantizeWhole(way, at, sums, count, to, s.channels);
    return;
  }
  requantize(s, at, sums, count, to, present);
  if (present > 4) requantize(s, at + FOUR_CHANNELS, sums + 16, count, to + 4, present - 4);
}

/** Sums of a row of four channels that go a saturated way, which lack `more` and are yet to be multiplied. */
@inline
function scaleUnmultiplied(way: i32, sums: usize, more: v128, power: v128, multiplier: v128, negative: v128, offset: v128): v128 {
  return scaleSaturated(way, i32x4.mul(i32x4.add(v128.load(sums), more), power), multiplier, negative, offset);
}

@inline
function negativeOf(way: i32, at: usize): v128 {
  return way == SATURATED_POSITIVE ? i64x2.splat(0) : v128.load(at, NEGATIVE);
}

@inline
function fourUnmultiplied(way: i32, at: usize, sums: usize, more: v128): v128 {
  return scaleUnmultiplied(way, sums, more, v128.load(at, POWER), v128.load(at, MULTIPLIER), negativeOf(way, at), v128.load(at, OFFSET));
}

@inline
function eightUnmultiplied(way: i32, at: usize, sums: usize, more: v128): v128 {
  return i16x8.narrow_i32x4_s(fourUnmultiplied(way, at, sums, more), fourUnmultiplied(way, at + FOUR_CHANNELS, sums + 16, more));
}

@inline
function wideUnmultiplied(way: i32, at: usize, sums: usize, more: v128, to: usize): void {
  for (const end = to + 32; to < end; to += 16, at += 2 * EIGHT_CHANNELS, sums += 2 * EIGHT_SUMS) {
    const first = eightUnmultiplied(way, at, sums, more);
    v128.store(to, i8x16.narrow_i16x8_s(first, eightUnmultiplied(way, at + EIGHT_CHANNELS, sums + EIGHT_SUMS, more)));
  }
}

/** The same of channels with the constants of the first four. */
@inline
function wideAlike(way: i32, at: usize, sums: usize, more: v128, to: usize): void {
  const power = v128.load(at, POWER), multiplier = v128.load(at, MULTIPLIER), negative = negativeOf(way, at), offset = v128.load(at, OFFSET);
  const a = i16x8.narrow_i32x4_s(scaleUnmultiplied(way, sums, more, power, multiplier, negative, offset), scaleUnmultiplied(way, sums + 16, more, power, multiplier, negative, offset));
  const b = i16x8.narrow_i32x4_s(scaleUnmultiplied(way, sums + 32, more, power, multiplier, negative, offset), scaleUnmultiplied(way, sums + 48, more, power, multiplier, negative, offset));
  v128.store(to, i8x16.narrow_i16x8_s(a, b));
  const c = i16x8.narrow_i32x4_s(scaleUnmultiplied(way, sums + 64, more, power, multiplier, negative, offset), scaleUnmultiplied(way, sums + 80, more, power, multiplier, negative, offset));
  const d = i16x8.narrow_i32x4_s(scaleUnmultiplied(way, sums + 96, more, power, multiplier, negative, offset), scaleUnmultiplied(way, sums + 112, more, power, multiplier, negative, offset));
  v128.store(to, i8x16.narrow_i16x8_s(c, d), 16);
}

/** Unmultiplied sums of a row, which lack `more`: 32 channels that go the same saturated way. */
@inline
export function saturateWide(at: usize, sums: usize, more: v128, to: usize): void {
  if (load<i32>(at, WAY) == SATURATED_POSITIVE) wideUnmultiplied(SATURATED_POSITIVE, at, sums, more, to);
  else wideUnmultiplied(SATURATED, at, sums, more, to);
}

/** The same of channels that all have the constants of the first four. */
@inline
export function saturateAlike(at: usize, sums: usize, more: v128, to: usize): void {
  if (load<i32>(at, WAY) == SATURATED_POSITIVE) wideAlike(SATURATED_POSITIVE, at, sums, more, to);
  else wideAlike(SATURATED, at, sums, more, to);
}

/** The same of eight channels. */
@inline
export function saturateBlock(at: usize, sums: usize, more: v128, to: usize): void {
  const words = load<i32>(at, WAY) == SATURATED_POSITIVE
    ? eightUnmultiplied(SATURATED_POSITIVE, at, sums, more)
    : eightUnmultiplied(SATURATED, at, sums, more);
  v128.store64_lane(to, i8x16.narrow_i16x8_s(words, words), 0);
}
