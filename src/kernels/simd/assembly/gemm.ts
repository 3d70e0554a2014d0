/** Matrix products, of float32 and of small integers: four rows and eight columns of the result at a time stay in registers. */

const FLOAT_BYTES: usize = 4;

/** Four rows, eight columns. */
@inline
function block4x8(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: i32): void {
  const a1 = a + aRow;
  const a2 = a1 + aRow;
  const a3 = a2 + aRow;
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
  let at: usize = 0;
  for (let q = 0; q < k; q++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a + at);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1 + at);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2 + at);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3 + at);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    at += aColumn;
    b += bRow;
  }
  v128.store(c, s00); v128.store(c, s01, 16);
  v128.store(c1, s10); v128.store(c1, s11, 16);
  v128.store(c2, s20); v128.store(c2, s21, 16);
  v128.store(c3, s30); v128.store(c3, s31, 16);
}

/** One row, four columns. */
@inline
function block1x4(a: usize, aColumn: usize, b: usize, bRow: usize, c: usize, k: i32, accumulate: i32): void {
  let sum = accumulate ? v128.load(c) : f32x4.splat(0);
  for (let q = 0; q < k; q++) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), v128.load(b)));
    a += aColumn;
    b += bRow;
  }
  v128.store(c, sum);
}

/** Four rows, four columns. */
@inline
function block4x4(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, accumulate: i32): void {
  const a1 = a + aRow;
  const a2 = a1 + aRow;
  const a3 = a2 + aRow;
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (accumulate) {
    s0 = v128.load(c); s1 = v128.load(c1); s2 = v128.load(c2); s3 = v128.load(c3);
  }
  let at: usize = 0;
  for (let q = 0; q < k; q++) {
    const row = v128.load(b);
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a + at), row));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a1 + at), row));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a2 + at), row));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a3 + at), row));
    at += aColumn;
    b += bRow;
  }
  v128.store(c, s0); v128.store(c1, s1); v128.store(c2, s2); v128.store(c3, s3);
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

function multiplyBlock(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, accumulate: i32): void {
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    let bj = b;
    let cj = c;
    let j = 0;
    for (; j + 8 <= n; j += 8, bj += 32, cj += 32) block4x8(a, aRow, aColumn, bj, bRow, cj, cRow, k, accumulate);
    for (; j + 4 <= n; j += 4, bj += 16, cj += 16) block4x4(a, aRow, aColumn, bj, bRow, cj, cRow, k, accumulate);
    for (; j < n; j++, bj += FLOAT_BYTES, cj += FLOAT_BYTES) {
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
    for (; j + 4 <= n; j += 4, bj += 16, cj += 16) block1x4(a, aColumn, bj, bRow, cj, k, accumulate);
    for (; j < n; j++, bj += FLOAT_BYTES, cj += FLOAT_BYTES) element(a, aColumn, bj, bRow, cj, k, accumulate);
    a += aRow;
    c += cRow;
  }
}

/** Rows of B that are multiplied at a time: with the columns of A beside them they stay in the first cache. */
const BLOCK = 96;

export function gemm(a: usize, aRow: usize, aColumn: usize, b: usize, bRow: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, accumulate: i32): void {
  aRow *= FLOAT_BYTES;
  aColumn *= FLOAT_BYTES;
  bRow *= FLOAT_BYTES;
  cRow *= FLOAT_BYTES;
  // The sums go on where they stopped, so blocks change nothing in the result.
  for (let from = 0; from < k; from += BLOCK) {
    const rows = min(BLOCK, k - from);
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
