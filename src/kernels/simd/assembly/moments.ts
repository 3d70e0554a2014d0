/** Sums of columns in float64, and the statistics made of them. */

@inline
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}

@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
}

@inline
function squared(x: v128): v128 {
  return f64x2.mul(x, x);
}

/** Two sums where they go on, or the beginning of them. */
@inline
function begun(sums: usize, accumulate: i32): v128 {
  return accumulate ? v128.load(sums) : f64x2.splat(0);
}

/** A line of the cache: as many sums side by side as hide how long an addition takes. */
function sumColumns16(x: usize, stride: usize, rows: i32, sums: usize, accumulate: i32): void {
  let m0 = begun(sums, accumulate), m1 = begun(sums + 16, accumulate), m2 = begun(sums + 32, accumulate);
  let m3 = begun(sums + 48, accumulate), m4 = begun(sums + 64, accumulate), m5 = begun(sums + 80, accumulate);
  let m6 = begun(sums + 96, accumulate), m7 = begun(sums + 112, accumulate);
  for (let r = 0; r < rows; r++, x += stride) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    m0 = f64x2.add(m0, low(x0));
    m1 = f64x2.add(m1, high(x0));
    m2 = f64x2.add(m2, low(x1));
    m3 = f64x2.add(m3, high(x1));
    m4 = f64x2.add(m4, low(x2));
    m5 = f64x2.add(m5, high(x2));
    m6 = f64x2.add(m6, low(x3));
    m7 = f64x2.add(m7, high(x3));
  }
  v128.store(sums, m0); v128.store(sums, m1, 16); v128.store(sums, m2, 32); v128.store(sums, m3, 48);
  v128.store(sums, m4, 64); v128.store(sums, m5, 80); v128.store(sums, m6, 96); v128.store(sums, m7, 112);
}

/** Rows that columns are summed over before the next ones are: memory is read from its beginning to its end. */
const ROWS = 64;

export function sumColumns(x: usize, stride: usize, rows: i32, n: i32, sums: usize, accumulate: i32): void {
  stride <<= 2;
  do {
    const some = min(ROWS, rows);
    sumChunk(x, stride, some, n, sums, accumulate);
    accumulate = 1;
    x += <usize>some * stride;
    rows -= some;
  } while (rows > 0);
}

function sumChunk(x: usize, stride: usize, rows: i32, n: i32, sums: usize, accumulate: i32): void {
  let j = 0;
  for (; j + 16 <= n; j += 16, x += 64, sums += 128) sumColumns16(x, stride, rows, sums, accumulate);
  for (; j + 4 <= n; j += 4, x += 16, sums += 32) {
    let m0 = begun(sums, accumulate), m1 = begun(sums + 16, accumulate);
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) {
      const four = v128.load(at);
      m0 = f64x2.add(m0, low(four));
      m1 = f64x2.add(m1, high(four));
    }
    v128.store(sums, m0); v128.store(sums, m1, 16);
  }
  for (; j < n; j++, x += 4, sums += 8) {
    let sum: f64 = accumulate ? load<f64>(sums) : 0;
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) sum += <f64>load<f32>(at);
    store<f64>(sums, sum);
  }
}

/** Half a line: means and sums of more would not fit into registers. */
function sumSquares8(x: usize, stride: usize, rows: i32, sums: usize, count: f64, squares: usize, accumulate: i32): void {
  const counts = f64x2.splat(count);
  const m0 = f64x2.div(v128.load(sums), counts), m1 = f64x2.div(v128.load(sums, 16), counts);
  const m2 = f64x2.div(v128.load(sums, 32), counts), m3 = f64x2.div(v128.load(sums, 48), counts);
  let s0 = begun(squares, accumulate), s1 = begun(squares + 16, accumulate);
  let s2 = begun(squares + 32, accumulate), s3 = begun(squares + 48, accumulate);
  for (let r = 0; r < rows; r++, x += stride) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    s0 = f64x2.add(s0, squared(f64x2.sub(low(x0), m0)));
    s1 = f64x2.add(s1, squared(f64x2.sub(high(x0), m1)));
    s2 = f64x2.add(s2, squared(f64x2.sub(low(x1), m2)));
    s3 = f64x2.add(s3, squared(f64x2.sub(high(x1), m3)));
  }
  v128.store(squares, s0); v128.store(squares, s1, 16); v128.store(squares, s2, 32); v128.store(squares, s3, 48);
}

export function sumSquares(x: usize, stride: usize, rows: i32, n: i32, sums: usize, count: f64, squares: usize, accumulate: i32): void {
  stride <<= 2;
  let j = 0;
  for (; j + 8 <= n; j += 8, x += 32, sums += 64, squares += 64) {
    sumSquares8(x, stride, rows, sums, count, squares, accumulate);
  }
  for (; j < n; j++, x += 4, sums += 8, squares += 8) {
    const centre = load<f64>(sums) / count;
    let sum: f64 = accumulate ? load<f64>(squares) : 0;
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) {
      const distance = <f64>load<f32>(at) - centre;
      sum += distance * distance;
    }
    store<f64>(squares, sum);
  }
}

export function moments(sums: usize, squares: usize, count: f64, n: i32, mean: usize, variance: usize): void {
  for (let j = 0; j < n; j++, sums += 8, squares += 8, mean += 4, variance += 4) {
    store<f32>(mean, <f32>(load<f64>(sums) / count));
    store<f32>(variance, <f32>(load<f64>(squares) / count));
  }
}
