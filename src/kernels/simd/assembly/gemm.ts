/** Matrix products, of float32 and of small integers: four rows and eight columns of the result at a time stay in registers. */

import { touchRows } from './touch';

const FLOAT_BYTES: usize = 4;

/**
 * Where this instance packs rows of A: of four rows the elements of a column lie side by side, so that a product needs one
 * address for all of them. A global of WebAssembly: every thread has its own.
 */
export let panel: usize = 0;

/** `PANEL_BYTES` of `kernels/training/heap.ts` from there on are its own. */
export function usePanel(address: usize): void {
  panel = address;
}

/** Bytes from one column of a panel to the next. */
@inline
export const PANEL_COLUMN: usize = 16;

/** to[k, 4] = four rows of A, whose columns may lie apart. */
export function pack(a: usize, aRow: usize, aColumn: usize, k: i32, to: usize): void {
  const a1 = a + aRow;
  const a2 = a1 + aRow;
  const a3 = a2 + aRow;
  let q = 0;
  let at: usize = 0;
  if (aColumn == FLOAT_BYTES) {
    for (; q + 4 <= k; q += 4, at += 16, to += 64) {
      const r0 = v128.load(a + at);
      const r1 = v128.load(a1 + at);
      const r2 = v128.load(a2 + at);
      const r3 = v128.load(a3 + at);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
      v128.store(to, v128.shuffle<f64>(low01, low23, 1, 3), 16);
      v128.store(to, v128.shuffle<f64>(high01, high23, 0, 2), 32);
      v128.store(to, v128.shuffle<f64>(high01, high23, 1, 3), 48);
    }
  }
  for (; q < k; q++, at += aColumn, to += PANEL_COLUMN) {
    store<f32>(to, load<f32>(a + at));
    store<f32>(to, load<f32>(a1 + at), 4);
    store<f32>(to, load<f32>(a2 + at), 8);
    store<f32>(to, load<f32>(a3 + at), 12);
  }
}

// Four rows of A have their elements of a column side by side, `aColumn` bytes behind those of the last one.

/** Four rows, eight columns. */
@inline
function block4x8(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00;
  let s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  if (accumulate) {
    s00 = v128.load(c); s01 = v128.load(c, 16);
    s10 = v128.load(c1); s11 = v128.load(c1, 16);
    s20 = v128.load(c2); s21 = v128.load(c2, 16);
    s30 = v128.load(c3); s31 = v128.load(c3, 16);
  }
  for (const end = b + <usize>k * bRow; b != end; a += aColumn, b += bRow) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}

/** Four rows, four columns. */
@inline
function block4x4(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (accumulate) {
    s0 = v128.load(c); s1 = v128.load(c1); s2 = v128.load(c2); s3 = v128.load(c3);
  }
  for (const end = b + <usize>k * bRow; b != end; a += aColumn, b += bRow) {
    const row = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a), row));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a, 4), row));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a, 8), row));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a, 12), row));
  }
  v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
}

/** One row, eight columns. */
@inline
function block1x8(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: i32): void {
  let s0 = f32x4.splat(0), s1 = s0;
  if (accumulate) {
    s0 = v128.load(c); s1 = v128.load(c, 16);
  }
  for (let q = 0; q < k; q++, a += aColumn, b += bRow) {
    const x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
  }
  v128.store(c, s0); v128.store(c, s1, 16);
}

/** One row, four columns. */
@inline
function block1x4(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: i32): void {
  let sum = accumulate ? v128.load(c) : f32x4.splat(0);
  for (let q = 0; q < k; q++, a += aColumn, b += bRow) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), v128.load(b)));
  }
  v128.store(c, sum);
}

/** One row, one column. */
@inline
function element(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: i32): void {
  let q = 0;
  let sum: f32 = accumulate ? load<f32>(c) : 0;
  if (aColumn == FLOAT_BYTES && bRow == FLOAT_BYTES && k >= 4) {
    let sums = f32x4.splat(0);
    for (; q + 4 <= k; q += 4) {
      sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
    }
    sum += (f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1)) +
      (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  }
  for (; q < k; q++) {
    sum += load<f32>(a) * load<f32>(b);
    a += aColumn;
    b += bRow;
  }
  store<f32>(c, sum);
}

/** Four rows, as many of the columns as fill lanes. */
@inline
function fillRows(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, n: i32, k: i32, accumulate: bool): void {
  let j = 0;
  for (; j + 8 <= n; j += 8, b += 32, c += 32) block4x8(a, aColumn, b, bRow, c, cRow, k, accumulate);
  if (j + 4 <= n) block4x4(a, aColumn, b, bRow, c, cRow, k, accumulate);
}

// Functions of their own: where sums may begin in two ways, or loops share registers with others, V8 moves them around.

export function setRows(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, n: i32, k: i32): void {
  fillRows(a, aColumn, b, bRow, c, cRow, n, k, false);
}

function addToRows(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, n: i32, k: i32): void {
  fillRows(a, aColumn, b, bRow, c, cRow, n, k, true);
}

/** A column of four rows. */
@inline
function loadColumn(c: usize, cRow: usize): v128 {
  let column = v128.load32_zero(c);
  column = v128.load32_lane(c + cRow, column, 1);
  column = v128.load32_lane(c + 2 * cRow, column, 2);
  return v128.load32_lane(c + 3 * cRow, column, 3);
}

@inline
function storeColumn(c: usize, cRow: usize, column: v128): void {
  v128.store32_lane(c, column, 0); v128.store32_lane(c + cRow, column, 1);
  v128.store32_lane(c + 2 * cRow, column, 2); v128.store32_lane(c + 3 * cRow, column, 3);
}

/** Four rows that lie side by side, one column: a sum in each lane. */
@inline
function elements4(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: i32): void {
  let sums = accumulate ? loadColumn(c, cRow) : f32x4.splat(0);
  for (const end = b + <usize>k * bRow; b != end; a += aColumn, b += bRow) {
    sums = f32x4.add(sums, f32x4.mul(v128.load(a), v128.load32_splat(b)));
  }
  storeColumn(c, cRow, sums);
}

/** The same, two columns: the sums of one need not wait for those of the other. */
@inline
function elements4x2(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: i32): void {
  let s0 = f32x4.splat(0), s1 = s0;
  if (accumulate) {
    s0 = loadColumn(c, cRow);
    s1 = loadColumn(c + FLOAT_BYTES, cRow);
  }
  for (const end = b + <usize>k * bRow; b != end; a += aColumn, b += bRow) {
    const x = v128.load(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load32_splat(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load32_splat(b, 4)));
  }
  storeColumn(c, cRow, s0);
  storeColumn(c + FLOAT_BYTES, cRow, s1);
}

/** Four rows that lie side by side, the last columns, which fill no lanes. */
export function restOfRows(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, n: i32, k: i32, accumulate: i32): void {
  for (; n >= 2; n -= 2, b += 8, c += 8) elements4x2(a, aColumn, b, bRow, c, cRow, k, accumulate);
  if (n == 1) elements4(a, aColumn, b, bRow, c, cRow, k, accumulate);
}

function multiplyBlock(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, accumulate: i32): void {
  const inPlace = aRow == FLOAT_BYTES;
  const column = inPlace ? aColumn : PANEL_COLUMN;
  // Dot products of what lies in one piece are summed in another order.
  const isDot = aColumn == FLOAT_BYTES && bRow == FLOAT_BYTES;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    if (!inPlace && !(isDot && n < 4)) pack(a, aRow, aColumn, k, panel);
    const rows = inPlace ? a : panel;
    if (accumulate) addToRows(rows, column, b, bRow, c, cRow, n, k);
    else setRows(rows, column, b, bRow, c, cRow, n, k);
    let j = n & ~3;
    let bj = b + (<usize>j << 2);
    let cj = c + (<usize>j << 2);
    if (!isDot) {
      if (j < n) restOfRows(rows, column, bj, bRow, cj, cRow, n - j, k, accumulate);
    } else for (; j < n; j++, bj += FLOAT_BYTES, cj += FLOAT_BYTES) {
      element(a, aColumn, bj, bRow, cj, k, accumulate);
      element(a + aRow, aColumn, bj, bRow, cj + cRow, k, accumulate);
      element(a + 2 * aRow, aColumn, bj, bRow, cj + 2 * cRow, k, accumulate);
      element(a + 3 * aRow, aColumn, bj, bRow, cj + 3 * cRow, k, accumulate);
    }
    a += 4 * aRow;
    c += 4 * cRow;
  }
  for (; i < m; i++) {
    let bj = b;
    let cj = c;
    let j = 0;
    for (; j + 8 <= n; j += 8, bj += 32, cj += 32) block1x8(a, aColumn, bj, bRow, cj, k, accumulate);
    for (; j + 4 <= n; j += 4, bj += 16, cj += 16) block1x4(a, aColumn, bj, bRow, cj, k, accumulate);
    for (; j < n; j++, bj += FLOAT_BYTES, cj += FLOAT_BYTES) element(a, aColumn, bj, bRow, cj, k, accumulate);
    a += aRow;
    c += cRow;
  }
}

/** Rows of B that are multiplied at a time: with the columns of A beside them they stay in the first cache. A panel has room for so many. */
export const BLOCK = 96;
/** Columns of A that lie apart take a line of the cache each. */
const BLOCK_IN_PLACE = 48;
/** Columns of A and B, of which the first cache has room for a block. */
const CACHED_COLUMNS = 128;

export function gemm(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, accumulate: i32): void {
  aRow *= FLOAT_BYTES;
  aColumn *= FLOAT_BYTES;
  bRow *= FLOAT_BYTES;
  cRow *= FLOAT_BYTES;
  const block = aRow == FLOAT_BYTES ? BLOCK_IN_PLACE : BLOCK;
  const isLong = aRow == FLOAT_BYTES && k > block && m + n <= CACHED_COLUMNS;
  // The sums go on where they stopped, so blocks change nothing in the result.
  for (let from = 0; from < k; from += block) {
    const rows = min(block, k - from);
    if (isLong) {
      touchRows(a, aColumn, rows, <usize>m << 2);
      touchRows(b, bRow, rows, <usize>n << 2);
    }
    multiplyBlock(a, aRow, aColumn, b, bRow, c, cRow, m, n, rows, accumulate);
    accumulate = 1;
    a += <usize>rows * aColumn;
    b += <usize>rows * bRow;
  }
}

/** The products of a pair of rows: one element of each with four. */
@inline
function dot(element: usize, others: v128): v128 {
  return i32x4.dot_i16x8_s(v128.load32_splat(element), others);
}

/** sums[4, 8] of row length `rowBytes` += four columns at `a` by eight at `b`; both are panels. */
@inline
function fourByEight(a: usize, b: usize, panelBytes: usize, sums: usize, rowBytes: usize): void {
  const sums1 = sums + rowBytes;
  const sums2 = sums1 + rowBytes;
  const sums3 = sums2 + rowBytes;
  let s00 = v128.load(sums), s01 = v128.load(sums, 16);
  let s10 = v128.load(sums1), s11 = v128.load(sums1, 16);
  let s20 = v128.load(sums2), s21 = v128.load(sums2, 16);
  let s30 = v128.load(sums3), s31 = v128.load(sums3, 16);
  for (const end = b + panelBytes; b < end; a += 32, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    s00 = i32x4.add(s00, dot(a, b0));
    s01 = i32x4.add(s01, dot(a, b1));
    s10 = i32x4.add(s10, dot(a + 4, b0));
    s11 = i32x4.add(s11, dot(a + 4, b1));
    s20 = i32x4.add(s20, dot(a + 8, b0));
    s21 = i32x4.add(s21, dot(a + 8, b1));
    s30 = i32x4.add(s30, dot(a + 12, b0));
    s31 = i32x4.add(s31, dot(a + 12, b1));
  }
  v128.store(sums, s00); v128.store(sums, s01, 16);
  v128.store(sums1, s10); v128.store(sums1, s11, 16);
  v128.store(sums2, s20); v128.store(sums2, s21, 16);
  v128.store(sums3, s30); v128.store(sums3, s31, 16);
}

/**
 * `products` [8 · panels, 8 · panels] int32 += what pairs of columns make over `pairs` of rows, where the second column is not in
 * a panel before that of the first. `rows` are [panels, pairs, 8 columns, 2] int16.
 */
export function addRowProducts(rows: usize, panels: i32, pairs: i32, products: usize): void {
  const panelBytes = <usize>pairs << 5;
  const rowBytes = <usize>panels << 5;
  const end = rows + <usize>panels * panelBytes;
  for (let a = rows; a < end; a += panelBytes) {
    let into = products;
    for (let b = a; b < end; b += panelBytes, into += 32) {
      fourByEight(a, b, panelBytes, into, rowBytes);
      fourByEight(a + 16, b, panelBytes, into + 4 * rowBytes, rowBytes);
    }
    products += 8 * rowBytes + 32;
  }
}
