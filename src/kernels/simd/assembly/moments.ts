/** Statistics of columns. */

@inline
function low(four: v128): v128 {
  return f64x2.promote_low_f32x4(four);
}

@inline
function high(four: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3));
}

@inline
function float4(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

@inline
function squared(x: v128): v128 {
  return f64x2.mul(x, x);
}

/** A line of the cache: as many sums side by side as hide how long an addition takes. */
function moments16(x: usize, stride: usize, rows: i32, mean: usize, variance: usize): void {
  const count = f64x2.splat(<f64>rows);
  let m0 = f64x2.splat(0), m1 = m0, m2 = m0, m3 = m0, m4 = m0, m5 = m0, m6 = m0, m7 = m0;
  let at = x;
  for (let r = 0; r < rows; r++, at += stride) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    const x2 = v128.load(at, 32);
    const x3 = v128.load(at, 48);
    m0 = f64x2.add(m0, low(x0));
    m1 = f64x2.add(m1, high(x0));
    m2 = f64x2.add(m2, low(x1));
    m3 = f64x2.add(m3, high(x1));
    m4 = f64x2.add(m4, low(x2));
    m5 = f64x2.add(m5, high(x2));
    m6 = f64x2.add(m6, low(x3));
    m7 = f64x2.add(m7, high(x3));
  }
  m0 = f64x2.div(m0, count);
  m1 = f64x2.div(m1, count);
  m2 = f64x2.div(m2, count);
  m3 = f64x2.div(m3, count);
  m4 = f64x2.div(m4, count);
  m5 = f64x2.div(m5, count);
  m6 = f64x2.div(m6, count);
  m7 = f64x2.div(m7, count);
  v128.store(mean, float4(m0, m1));
  v128.store(mean, float4(m2, m3), 16);
  v128.store(mean, float4(m4, m5), 32);
  v128.store(mean, float4(m6, m7), 48);
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  at = x;
  for (let r = 0; r < rows; r++, at += stride) {
    const x0 = v128.load(at);
    const x1 = v128.load(at, 16);
    const x2 = v128.load(at, 32);
    const x3 = v128.load(at, 48);
    s0 = f64x2.add(s0, squared(f64x2.sub(low(x0), m0)));
    s1 = f64x2.add(s1, squared(f64x2.sub(high(x0), m1)));
    s2 = f64x2.add(s2, squared(f64x2.sub(low(x1), m2)));
    s3 = f64x2.add(s3, squared(f64x2.sub(high(x1), m3)));
    s4 = f64x2.add(s4, squared(f64x2.sub(low(x2), m4)));
    s5 = f64x2.add(s5, squared(f64x2.sub(high(x2), m5)));
    s6 = f64x2.add(s6, squared(f64x2.sub(low(x3), m6)));
    s7 = f64x2.add(s7, squared(f64x2.sub(high(x3), m7)));
  }
  v128.store(variance, float4(f64x2.div(s0, count), f64x2.div(s1, count)));
  v128.store(variance, float4(f64x2.div(s2, count), f64x2.div(s3, count)), 16);
  v128.store(variance, float4(f64x2.div(s4, count), f64x2.div(s5, count)), 32);
  v128.store(variance, float4(f64x2.div(s6, count), f64x2.div(s7, count)), 48);
}

function moments4(x: usize, stride: usize, rows: i32, mean: usize, variance: usize): void {
  const count = f64x2.splat(<f64>rows);
  let m0 = f64x2.splat(0), m1 = m0;
  let at = x;
  for (let r = 0; r < rows; r++, at += stride) {
    const x0 = v128.load(at);
    m0 = f64x2.add(m0, low(x0));
    m1 = f64x2.add(m1, high(x0));
  }
  m0 = f64x2.div(m0, count);
  m1 = f64x2.div(m1, count);
  v128.store(mean, float4(m0, m1));
  let s0 = f64x2.splat(0), s1 = s0;
  at = x;
  for (let r = 0; r < rows; r++, at += stride) {
    const x0 = v128.load(at);
    s0 = f64x2.add(s0, squared(f64x2.sub(low(x0), m0)));
    s1 = f64x2.add(s1, squared(f64x2.sub(high(x0), m1)));
  }
  v128.store(variance, float4(f64x2.div(s0, count), f64x2.div(s1, count)));
}

function moments1(x: usize, stride: usize, rows: i32, mean: usize, variance: usize): void {
  let sum: f64 = 0;
  let at = x;
  for (let r = 0; r < rows; r++, at += stride) sum += <f64>load<f32>(at);
  const centre = sum / <f64>rows;
  let squares: f64 = 0;
  at = x;
  for (let r = 0; r < rows; r++, at += stride) {
    const distance = <f64>load<f32>(at) - centre;
    squares += distance * distance;
  }
  store<f32>(mean, <f32>centre);
  store<f32>(variance, <f32>(squares / <f64>rows));
}

/** Two passes: the mean first, then the squares around it; both in float64. */
export function moments(x: usize, stride: usize, rows: i32, n: i32, mean: usize, variance: usize): void {
  stride <<= 2;
  let j = 0;
  for (; j + 16 <= n; j += 16, x += 64, mean += 64, variance += 64) moments16(x, stride, rows, mean, variance);
  for (; j + 4 <= n; j += 4, x += 16, mean += 16, variance += 16) moments4(x, stride, rows, mean, variance);
  for (; j < n; j++, x += 4, mean += 4, variance += 4) moments1(x, stride, rows, mean, variance);
}
