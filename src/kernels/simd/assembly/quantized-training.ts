/** Integers of the chip as float32 values that stand for them, while a model is trained: rounded, marked, brought back. */

import { divideRounding, highHalf } from './int8/requantize';

/** What is one for all elements, in the order of ../../training/sum-rounding.ts. */
@unmanaged
class SumRounding {
  /** Of four elements each, and round again. */
  blocks: i32;
  scale: f32;
  /** Less the zero point. */
  min: i32;
  max: i32;
}

@inline
const HEADER: usize = 32;

/** Of four elements: steps and factors (float64), powers and multipliers (int32). */
@inline
const BLOCK: usize = 96;

@inline
function upperHalf(x: v128): v128 {
  return v128.shuffle<i32>(x, x, 2, 3, 2, 3);
}

/** Two values in lanes 0 and 1 times steps, to the nearest int32, ties up. */
@inline
function nearest(x: v128, steps: v128): v128 {
  const scaled = f64x2.mul(f64x2.promote_low_f32x4(x), steps);
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(scaled, f64x2.splat(0.5))));
}

/** What four sums become before their zero point, not clamped. */
@inline
function quotients(sums: v128, block: usize): v128 {
  const low = nearest(sums, v128.load(block));
  const high = nearest(upperHalf(sums), v128.load(block, 16));
  const x = i32x4.mul(v128.shuffle<i32>(low, high, 0, 1, 4, 5), v128.load(block, 64));
  const multiplier = v128.load(block, 80);
  const lowProducts = highHalf(i64x2.extmul_low_i32x4_s(x, multiplier));
  const highProducts = highHalf(i64x2.extmul_high_i32x4_s(x, multiplier));
  const a = divideRounding(v128.shuffle<i32>(lowProducts, lowProducts, 0, 2, 0, 2), v128.load(block, 32));
  const b = divideRounding(v128.shuffle<i32>(highProducts, highProducts, 0, 2, 0, 2), v128.load(block, 48));
  return v128.shuffle<i32>(a, b, 0, 1, 4, 5);
}

/** The first elements of four, less than all; the others are the first one again. */
@inline
function loadSome(x: usize, present: i32): v128 {
  let some = v128.load32_splat(x);
  if (present > 1) some = v128.load32_lane(x, some, 1, 4);
  if (present > 2) some = v128.load32_lane(x, some, 2, 8);
  return some;
}

@inline
function storeSome(x: usize, some: v128, present: i32): void {
  v128.store32_lane(x, some, 0);
  if (present > 1) v128.store32_lane(x, some, 1, 4);
  if (present > 2) v128.store32_lane(x, some, 2, 8);
}

/** The low byte of each lane, which is that of a mask or of an int8. */
@inline
function storeBytes(to: usize, lanes: v128, present: i32): void {
  const words = i16x8.narrow_i32x4_s(lanes, lanes);
  const bytes = i8x16.narrow_i16x8_s(words, words);
  if (present == 4) return v128.store32_lane(to, bytes, 0);
  v128.store8_lane(to, bytes, 0);
  if (present > 1) v128.store8_lane(to, bytes, 1, 1);
  if (present > 2) v128.store8_lane(to, bytes, 2, 2);
}

@inline
function smallestLane(x: v128): f32 {
  return min(min(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), min(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** Of all lanes; −0 becomes 0. */
@inline
function storeExtremes(smallest: v128, largest: v128, to: usize): void {
  store<f32>(to, smallestLane(smallest) + <f32>0);
  store<f32>(to, <f32>0 - smallestLane(f32x4.neg(largest)), 4);
}

export function roundSums(rounding: usize, x: usize, cut: usize, count: i32, seen: usize): void {
  const all = changetype<SumRounding>(rounding);
  const scale = f32x4.splat(all.scale);
  const least = i32x4.splat(all.min);
  const most = i32x4.splat(all.max);
  const first = rounding + HEADER;
  const end = first + <usize>all.blocks * BLOCK;
  let smallest = f32x4.splat(Infinity);
  let largest = f32x4.splat(-Infinity);
  let block = first;
  for (let i = 0; i < count; i += 4, x += 16, cut += 4) {
    const present = min(count - i, 4);
    const sums = present == 4 ? v128.load(x) : loadSome(x, present);
    smallest = f32x4.pmin(smallest, sums);
    largest = f32x4.pmax(largest, sums);
    const made = quotients(sums, block);
    const clamped = i32x4.min_s(i32x4.max_s(made, least), most);
    const rounded = f32x4.mul(f32x4.convert_i32x4_s(clamped), scale);
    if (present == 4) v128.store(x, rounded);
    else storeSome(x, rounded, present);
    storeBytes(cut, i32x4.ne(clamped, made), present);
    block += BLOCK;
    if (block == end) block = first;
  }
  storeExtremes(smallest, largest, seen);
}

export function stopGradients(cut: usize, dx: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, cut += 4, dx += 16) {
    const words = i16x8.extend_low_i8x16_s(v128.load32_zero(cut));
    const goes = i32x4.eq(i32x4.extend_low_i16x8_s(words), i32x4.splat(0));
    v128.store(dx, v128.and(v128.load(dx), goes));
  }
  for (; i < count; i++, cut++, dx += 4) if (load<u8>(cut) != 0) store<f32>(dx, 0);
}

/** Two values to the nearest whole number of scales, ties away from zero, within the limits. */
@inline
function roundTwo(x: v128, scale: v128, least: v128, most: v128): v128 {
  const steps = f64x2.div(f64x2.promote_low_f32x4(x), scale);
  const whole = f64x2.trunc(steps);
  const away = f64x2.ge(f64x2.abs(f64x2.sub(steps, whole)), f64x2.splat(0.5));
  const one = v128.or(f64x2.splat(1), v128.and(steps, f64x2.splat(-0.0)));
  const rounded = f64x2.add(whole, v128.and(away, one));
  return f64x2.min(f64x2.max(rounded, least), most);
}

@inline
function roundFour(x: v128, scale: f32, least: f64, most: f64): v128 {
  const wide = f64x2.splat(<f64>scale);
  const low = roundTwo(x, wide, f64x2.splat(least), f64x2.splat(most));
  const high = roundTwo(upperHalf(x), wide, f64x2.splat(least), f64x2.splat(most));
  const both = v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  return f32x4.mul(both, f32x4.splat(scale));
}

export function roundToScale(x: usize, count: i32, scale: f32, least: i32, most: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16) {
    v128.store(x, roundFour(v128.load(x), scale, <f64>least, <f64>most));
  }
  for (; i < count; i++, x += 4) {
    v128.store32_lane(x, roundFour(v128.load32_splat(x), scale, <f64>least, <f64>most), 0);
  }
}

export function largestMagnitudes(x: usize, count: i32, run: i32, channels: i32, to: usize): void {
  memory.fill(to, 0, <usize>channels << 2);
  let c = 0;
  for (let start = 0; start < count; start += run) {
    const at = to + (<usize>c << 2);
    let lanes = v128.load32_zero(at);
    let i = 0;
    for (; i + 4 <= run; i += 4, x += 16) lanes = f32x4.pmax(lanes, f32x4.abs(v128.load(x)));
    for (; i < run; i++, x += 4) lanes = f32x4.pmax(lanes, f32x4.abs(v128.load32_zero(x)));
    store<f32>(at, -smallestLane(f32x4.neg(lanes)));
    c = c + 1 == channels ? 0 : c + 1;
  }
}

/** To the nearest, ties away from zero, in float32. */
@inline
function roundWeight(x: v128, inverse: v128, scale: v128, least: v128, most: v128): v128 {
  const steps = f32x4.mul(x, inverse);
  const whole = f32x4.trunc(steps);
  const away = f32x4.ge(f32x4.abs(f32x4.sub(steps, whole)), f32x4.splat(0.5));
  const one = v128.or(f32x4.splat(1), v128.and(steps, f32x4.splat(-0.0)));
  const code = f32x4.add(whole, v128.and(away, one));
  return f32x4.mul(f32x4.min(f32x4.max(code, least), most), scale);
}

export function roundWeights(x: usize, count: i32, run: i32, channels: i32, scales: usize, limit: f32, to: usize): void {
  const most = f32x4.splat(limit);
  const least = f32x4.neg(most);
  let c = 0;
  for (let start = 0; start < count; start += run) {
    const scale = v128.load32_splat(scales + (<usize>c << 2));
    const inverse = f32x4.div(f32x4.splat(1), scale);
    let i = 0;
    for (; i + 4 <= run; i += 4, x += 16, to += 16) {
      v128.store(to, roundWeight(v128.load(x), inverse, scale, least, most));
    }
    for (; i < run; i++, x += 4, to += 4) {
      v128.store32_lane(to, roundWeight(v128.load32_splat(x), inverse, scale, least, most), 0);
    }
    c = c + 1 == channels ? 0 : c + 1;
  }
}

export function encode(x: usize, codes: usize, count: i32, scale: f32, zeroPoint: i32): void {
  const scales = f32x4.splat(scale);
  const zero = i32x4.splat(zeroPoint);
  for (let i = 0; i < count; i += 4, x += 16, codes += 4) {
    const present = min(count - i, 4);
    const values = present == 4 ? v128.load(x) : loadSome(x, present);
    const steps = f32x4.floor(f32x4.add(f32x4.div(values, scales), f32x4.splat(0.5)));
    storeBytes(codes, i32x4.add(i32x4.trunc_sat_f32x4_s(steps), zero), present);
  }
}

export function decode(codes: usize, x: usize, count: i32, scale: f32, zeroPoint: i32): void {
  const scales = f32x4.splat(scale);
  const zero = i32x4.splat(zeroPoint);
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16, codes += 4) {
    const words = i16x8.extend_low_i8x16_s(v128.load32_zero(codes));
    const steps = i32x4.sub(i32x4.extend_low_i16x8_s(words), zero);
    v128.store(x, f32x4.mul(f32x4.convert_i32x4_s(steps), scales));
  }
  for (; i < count; i++, x += 4, codes++) store<f32>(x, <f32>(<i32>load<i8>(codes) - zeroPoint) * scale);
}

/** Two lanes of a float64 mask. */
@inline
function outside(x: v128, least: v128, most: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  return v128.or(f64x2.lt(wide, least), f64x2.gt(wide, most));
}

export function markOutside(x: usize, count: i32, least: f64, most: f64, cut: usize, seen: usize): void {
  const low = f64x2.splat(least);
  const high = f64x2.splat(most);
  let smallest = f32x4.splat(Infinity);
  let largest = f32x4.splat(-Infinity);
  for (let i = 0; i < count; i += 4, x += 16, cut += 4) {
    const present = min(count - i, 4);
    const values = present == 4 ? v128.load(x) : loadSome(x, present);
    smallest = f32x4.pmin(smallest, values);
    largest = f32x4.pmax(largest, values);
    const a = outside(values, low, high);
    const b = outside(upperHalf(values), low, high);
    storeBytes(cut, v128.shuffle<i32>(a, b, 0, 2, 4, 6), present);
  }
  storeExtremes(smallest, largest, seen);
}

/** dy · (y − x) where x lies inside, dy · y where it does not. */
@inline
function slopes(x: v128, y: v128, dy: v128, low: v128, high: v128, least: v128, most: v128): v128 {
  const within = f32x4.min(f32x4.max(x, low), high);
  const inside = v128.and(f32x4.ge(within, least), f32x4.le(within, most));
  return f32x4.mul(dy, v128.bitselect(f32x4.sub(y, within), y, inside));
}

export function scaleSlope(x: usize, y: usize, dy: usize, count: i32, low: f32, high: f32, least: f32, most: f32): f64 {
  const lower = f32x4.splat(low);
  const upper = f32x4.splat(high);
  const first = f32x4.splat(least);
  const last = f32x4.splat(most);
  let a = f64x2.splat(0);
  let b = a;
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16, y += 16, dy += 16) {
    const four = slopes(v128.load(x), v128.load(y), v128.load(dy), lower, upper, first, last);
    a = f64x2.add(a, f64x2.promote_low_f32x4(four));
    b = f64x2.add(b, f64x2.promote_low_f32x4(upperHalf(four)));
  }
  const both = f64x2.add(a, b);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; i++, x += 4, y += 4, dy += 4) {
    const one = slopes(v128.load32_splat(x), v128.load32_splat(y), v128.load32_splat(dy), lower, upper, first, last);
    sum += <f64>f32x4.extract_lane(one, 0);
  }
  return sum;
}
