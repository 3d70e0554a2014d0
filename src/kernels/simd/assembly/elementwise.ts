/** Sums, products and functions of elements, four at a time. */

import { exp4, sigmoid4, sigmoidBack4, tanh4, tanhBack4 } from './functions';
import { atMost, notNegative } from './limits';
import { turn } from './turn';

const LINEAR = 0;
const RELU = 1;
const RELU6 = 2;
const SIGMOID = 3;

@inline
function horizontalSum(x: v128): f32 {
  return (f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1)) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** `stride` elements from one row of `to` to the next. */
export function transpose(from: usize, rows: i32, columns: i32, to: usize, stride: usize): void {
  stride <<= 2;
  const row = <usize>columns << 2;
  let r = 0;
  for (; r + 4 <= rows; r += 4, from += 4 * row, to += 16) transpose4(from, row, columns, to, stride);
  for (; r < rows; r++, from += row, to += 4) {
    let at = to;
    for (let c: usize = 0; c < row; c += 4, at += stride) store<f32>(at, load<f32>(from + c));
  }
}

/** Four rows. */
@inline
function transpose4(from: usize, row: usize, columns: i32, to: usize, stride: usize): void {
  let c = 0;
  for (; c + 4 <= columns; c += 4, from += 16, to += 4 * stride) turn(from, row, to, stride);
  for (; c < columns; c++, from += 4, to += stride) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, load<f32>(from + row), 4);
    store<f32>(to, load<f32>(from + 2 * row), 8);
    store<f32>(to, load<f32>(from + 3 * row), 12);
  }
}

/** Rows whose columns are taken by fours: what is added to them stays in registers, and they in the first cache. */
const CHUNK = 64;

/** y = f(x + row) */
@inline
function addRowAs(code: i32, x: usize, row: usize, rows: i32, n: i32): void {
  const stride = <usize>n << 2;
  for (let r = 0; r < rows; r += CHUNK, x += CHUNK * stride) {
    const bytes = <usize>min(CHUNK, rows - r) * stride;
    let j = 0;
    let at = x;
    let from = row;
    for (; j + 4 <= n; j += 4, at += 16, from += 16) {
      const added = v128.load(from);
      for (let y = at, end = at + bytes; y != end; y += stride) v128.store(y, function4(code, f32x4.add(v128.load(y), added)));
    }
    for (; j < n; j++, at += 4, from += 4) {
      const added = v128.load32_zero(from);
      for (let y = at, end = at + bytes; y != end; y += stride) {
        v128.store32_lane(y, function4(code, f32x4.add(v128.load32_zero(y), added)), 0);
      }
    }
  }
}

export function addRow(code: i32, x: usize, row: usize, rows: i32, n: i32): void {
  if (code == LINEAR) addRowAs(LINEAR, x, row, rows, n);
  else if (code == RELU) addRowAs(RELU, x, row, rows, n);
  else addRowAs(code, x, row, rows, n);
}

/** Sixteen columns. */
@inline
function sumRows16(x: usize, stride: usize, rows: i32, sums: usize): void {
  let s0 = v128.load(sums), s1 = v128.load(sums, 16), s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
  for (let r = 0; r < rows; r++, x += stride) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
  }
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48);
}

export function sumRows(x: usize, stride: usize, rows: i32, n: i32, sums: usize): void {
  stride <<= 2;
  let j = 0;
  for (; j + 16 <= n; j += 16, x += 64, sums += 64) sumRows16(x, stride, rows, sums);
  for (; j + 4 <= n; j += 4, x += 16, sums += 16) {
    let sum = v128.load(sums);
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) sum = f32x4.add(sum, v128.load(at));
    v128.store(sums, sum);
  }
  for (; j < n; j++, x += 4, sums += 4) {
    let sum = load<f32>(sums);
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) sum += load<f32>(at);
    store<f32>(sums, sum);
  }
}

export function add(from: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; i < count; i++, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

export function multiply(a: usize, b: usize, to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, a += 16, b += 16, to += 16) v128.store(to, f32x4.mul(v128.load(a), v128.load(b)));
  for (; i < count; i++, a += 4, b += 4, to += 4) store<f32>(to, load<f32>(a) * load<f32>(b));
}

export function scale(x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16) v128.store(x, f32x4.mul(v128.load(x), factors));
  for (; i < count; i++, x += 4) store<f32>(x, load<f32>(x) * factor);
}

export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16) {
    const four = v128.load(x);
    const a = f64x2.promote_low_f32x4(four);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; i++, x += 4) {
    const value = <f64>load<f32>(x);
    sum += value * value;
  }
  return sum;
}

@inline
function function4(code: i32, x: v128): v128 {
  if (code == LINEAR) return x;
  if (code == RELU) return notNegative(x);
  if (code == RELU6) return atMost(notNegative(x), f32x4.splat(6));
  if (code == SIGMOID) return sigmoid4(x);
  return tanh4(x);
}

/** dy · f′ from y. */
@inline
function derivative4(code: i32, y: v128, dy: v128): v128 {
  const zero = f32x4.splat(0);
  if (code == RELU) return v128.and(dy, f32x4.gt(y, zero));
  if (code == RELU6) return v128.and(dy, v128.and(f32x4.gt(y, zero), f32x4.lt(y, f32x4.splat(6))));
  if (code == SIGMOID) return sigmoidBack4(y, dy);
  return tanhBack4(y, dy);
}

export function activate(code: i32, x: usize, y: usize, count: i32): void {
  if (code == LINEAR) {
    if (x != y) memory.copy(y, x, <usize>count << 2);
    return;
  }
  let i = 0;
  for (; i + 4 <= count; i += 4, x += 16, y += 16) v128.store(y, function4(code, v128.load(x)));
  for (; i < count; i++, x += 4, y += 4) {
    store<f32>(y, f32x4.extract_lane(function4(code, v128.load32_splat(x)), 0));
  }
}

export function activateBackward(code: i32, y: usize, dy: usize, dx: usize, count: i32): void {
  if (code == LINEAR) {
    if (dy != dx) memory.copy(dx, dy, <usize>count << 2);
    return;
  }
  let i = 0;
  for (; i + 4 <= count; i += 4, y += 16, dy += 16, dx += 16) {
    v128.store(dx, derivative4(code, v128.load(y), v128.load(dy)));
  }
  for (; i < count; i++, y += 4, dy += 4, dx += 4) {
    store<f32>(dx, f32x4.extract_lane(derivative4(code, v128.load32_splat(y), v128.load32_splat(dy)), 0));
  }
}

export function softmax(x: usize, y: usize, rows: i32, n: i32): void {
  const bytes = <usize>n << 2;
  for (let r = 0; r < rows; r++, x += bytes, y += bytes) {
    let most = load<f32>(x);
    for (let at: usize = 4; at < bytes; at += 4) most = max(most, load<f32>(x + at));
    const mosts = f32x4.splat(most);
    let sum: f32 = 0;
    let j = 0;
    let at: usize = 0;
    let sums = f32x4.splat(0);
    for (; j + 4 <= n; j += 4, at += 16) {
      const e = exp4(f32x4.sub(v128.load(x + at), mosts));
      v128.store(y + at, e);
      sums = f32x4.add(sums, e);
    }
    sum = horizontalSum(sums);
    for (; j < n; j++, at += 4) {
      const e = f32x4.extract_lane(exp4(f32x4.sub(v128.load32_splat(x + at), mosts)), 0);
      store<f32>(y + at, e);
      sum += e;
    }
    scale(y, n, <f32>1 / sum);
  }
}

export function softmaxBackward(y: usize, dy: usize, dx: usize, rows: i32, n: i32): void {
  const bytes = <usize>n << 2;
  for (let r = 0; r < rows; r++, y += bytes, dy += bytes, dx += bytes) {
    let sum: f32 = 0;
    for (let at: usize = 0; at < bytes; at += 4) sum += load<f32>(dy + at) * load<f32>(y + at);
    for (let at: usize = 0; at < bytes; at += 4) store<f32>(dx + at, load<f32>(y + at) * (load<f32>(dy + at) - sum));
  }
}
