/** Normalization by statistics of columns, with a ReLU behind it, and back. */

import { atMost, notNegative } from './limits';

const LINEAR = 0;
const RELU = 1;
const RELU6 = 2;

@inline
function rectified(code: i32, z: v128): v128 {
  if (code == LINEAR) return z;
  const above = notNegative(z);
  return code == RELU6 ? atMost(above, f32x4.splat(6)) : above;
}

/** dy · f′, where f was computed of x · scale + shift. */
@inline
function passed(code: i32, x: v128, dy: v128, scale: v128, shift: v128): v128 {
  if (code == LINEAR) return dy;
  const z = f32x4.add(f32x4.mul(x, scale), shift);
  const open = f32x4.gt(z, f32x4.splat(0));
  return v128.and(dy, code == RELU6 ? v128.and(open, f32x4.lt(z, f32x4.splat(6))) : open);
}

@inline
function normalized(x: v128, mean: v128, inverse: v128): v128 {
  return f32x4.mul(f32x4.sub(x, mean), inverse);
}

/** Four columns, or one. */
@inline
function fetch(whole: bool, at: usize): v128 {
  return whole ? v128.load(at) : v128.load32_zero(at);
}

@inline
function put(whole: bool, at: usize, x: v128): void {
  if (whole) v128.store(at, x);
  else v128.store32_lane(at, x, 0);
}

@inline
function scaleRows(code: i32, x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  for (let r = 0; r < rows; r++) {
    let j = 0;
    let at: usize = 0;
    for (; j + 8 <= n; j += 8, at += 32, x += 32, y += 32) {
      const a = scale + at;
      const b = shift + at;
      v128.store(y, rectified(code, f32x4.add(f32x4.mul(v128.load(x), v128.load(a)), v128.load(b))));
      v128.store(y, rectified(code, f32x4.add(f32x4.mul(v128.load(x, 16), v128.load(a, 16)), v128.load(b, 16))), 16);
    }
    for (; j + 4 <= n; j += 4, at += 16, x += 16, y += 16) {
      v128.store(y, rectified(code, f32x4.add(f32x4.mul(v128.load(x), v128.load(scale + at)), v128.load(shift + at))));
    }
    for (; j < n; j++, at += 4, x += 4, y += 4) {
      const z = f32x4.add(f32x4.mul(fetch(false, x), fetch(false, scale + at)), fetch(false, shift + at));
      put(false, y, rectified(code, z));
    }
  }
}

// Functions of their own: copies side by side that differ in `code` alone would be made one loop, which asks for it.

function scaleLinear(x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  scaleRows(LINEAR, x, scale, shift, y, rows, n);
}

function scaleRelu(x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  scaleRows(RELU, x, scale, shift, y, rows, n);
}

function scaleRelu6(x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  scaleRows(RELU6, x, scale, shift, y, rows, n);
}

export function scaleShift(code: i32, x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  if (code == LINEAR) scaleLinear(x, scale, shift, y, rows, n);
  else if (code == RELU) scaleRelu(x, scale, shift, y, rows, n);
  else scaleRelu6(x, scale, shift, y, rows, n);
}

// Rows are taken in chunks, and their columns by fours: what is known of a column is in registers. Chunks are short, so that memory is
// read from its beginning to its end.

/** Elements in a chunk. */
const CHUNK = 256;
/** Rows in a chunk at least: each has to be worth its column's numbers. */
const LEAST_ROWS = 4;

@inline
function rowsInChunk(n: i32): i32 {
  return max(LEAST_ROWS, CHUNK / n);
}

/** Goes on with the sums where the last chunk stopped. */
@inline
function sumColumns(code: i32, whole: bool, x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32): void {
  const mean = fetch(whole, norm);
  const inverse = fetch(whole, norm + stride);
  const scale = fetch(whole, norm + 2 * stride);
  const shift = fetch(whole, norm + 3 * stride);
  let products = fetch(whole, dGamma);
  let sums = fetch(whole, dBeta);
  for (const end = x + <usize>rows * stride; x != end; x += stride, dy += stride) {
    const value = fetch(whole, x);
    const gradient = passed(code, value, fetch(whole, dy), scale, shift);
    products = f32x4.add(products, f32x4.mul(gradient, normalized(value, mean, inverse)));
    sums = f32x4.add(sums, gradient);
  }
  put(whole, dGamma, products);
  put(whole, dBeta, sums);
}

@inline
function sumChunks(code: i32, x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32, n: i32): void {
  const chunk = rowsInChunk(n);
  for (let r = 0; r < rows; r += chunk) {
    const count = min(chunk, rows - r);
    let j = 0;
    let at: usize = 0;
    for (; j + 4 <= n; j += 4, at += 16) {
      sumColumns(code, true, x + at, dy + at, stride, norm + at, dGamma + at, dBeta + at, count);
    }
    for (; j < n; j++, at += 4) {
      sumColumns(code, false, x + at, dy + at, stride, norm + at, dGamma + at, dBeta + at, count);
    }
    x += <usize>chunk * stride;
    dy += <usize>chunk * stride;
  }
}

function sumLinear(x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32, n: i32): void {
  sumChunks(LINEAR, x, dy, stride, norm, dGamma, dBeta, rows, n);
}

function sumRelu(x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32, n: i32): void {
  sumChunks(RELU, x, dy, stride, norm, dGamma, dBeta, rows, n);
}

function sumRelu6(x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32, n: i32): void {
  sumChunks(RELU6, x, dy, stride, norm, dGamma, dBeta, rows, n);
}

export function batchNormSums(code: i32, x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, rows: i32, n: i32): void {
  stride <<= 2;
  if (code == LINEAR) sumLinear(x, dy, stride, norm, dGamma, dBeta, rows, n);
  else if (code == RELU) sumRelu(x, dy, stride, norm, dGamma, dBeta, rows, n);
  else sumRelu6(x, dy, stride, norm, dGamma, dBeta, rows, n);
}

@inline
function centreColumns(code: i32, whole: bool, x: usize, dy: usize, stride: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: v128, rows: i32): void {
  const mean = fetch(whole, norm);
  const inverse = fetch(whole, norm + stride);
  const scale = fetch(whole, norm + 2 * stride);
  const shift = fetch(whole, norm + 3 * stride);
  const product = f32x4.div(fetch(whole, dGamma), count);
  const sum = f32x4.div(fetch(whole, dBeta), count);
  for (const end = x + <usize>rows * stride; x != end; x += stride, dy += stride, dx += stride) {
    const value = fetch(whole, x);
    const gradient = passed(code, value, fetch(whole, dy), scale, shift);
    const centred = f32x4.sub(f32x4.sub(gradient, sum), f32x4.mul(normalized(value, mean, inverse), product));
    put(whole, dx, f32x4.mul(scale, centred));
  }
}

@inline
function centreChunks(code: i32, x: usize, dy: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: i32, rows: i32, n: i32): void {
  const stride = <usize>n << 2;
  const counts = f32x4.splat(<f32>count);
  const chunk = rowsInChunk(n);
  for (let r = 0; r < rows; r += chunk) {
    const some = min(chunk, rows - r);
    let j = 0;
    let at: usize = 0;
    for (; j + 4 <= n; j += 4, at += 16) {
      centreColumns(code, true, x + at, dy + at, stride, norm + at, dGamma + at, dBeta + at, dx + at, counts, some);
    }
    for (; j < n; j++, at += 4) {
      centreColumns(code, false, x + at, dy + at, stride, norm + at, dGamma + at, dBeta + at, dx + at, counts, some);
    }
    x += <usize>chunk * stride;
    dy += <usize>chunk * stride;
    dx += <usize>chunk * stride;
  }
}

function centreLinear(x: usize, dy: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: i32, rows: i32, n: i32): void {
  centreChunks(LINEAR, x, dy, norm, dGamma, dBeta, dx, count, rows, n);
}

function centreRelu(x: usize, dy: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: i32, rows: i32, n: i32): void {
  centreChunks(RELU, x, dy, norm, dGamma, dBeta, dx, count, rows, n);
}

function centreRelu6(x: usize, dy: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: i32, rows: i32, n: i32): void {
  centreChunks(RELU6, x, dy, norm, dGamma, dBeta, dx, count, rows, n);
}

export function batchNormBackward(code: i32, x: usize, dy: usize, norm: usize, dGamma: usize, dBeta: usize, dx: usize, count: i32, rows: i32, n: i32): void {
  if (code == LINEAR) centreLinear(x, dy, norm, dGamma, dBeta, dx, count, rows, n);
  else if (code == RELU) centreRelu(x, dy, norm, dGamma, dBeta, dx, count, rows, n);
  else centreRelu6(x, dy, norm, dGamma, dBeta, dx, count, rows, n);
}
