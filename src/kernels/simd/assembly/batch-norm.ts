/** Statistics of columns, and the normalization made of them. */

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

export function scaleShift(x: usize, stride: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  stride <<= 2;
  for (let r = 0; r < rows; r++, x += stride, y += stride) {
    let j = 0;
    let at: usize = 0;
    for (; j + 4 <= n; j += 4, at += 16) {
      v128.store(y + at, f32x4.add(f32x4.mul(v128.load(x + at), v128.load(scale + at)), v128.load(shift + at)));
    }
    for (; j < n; j++, at += 4) store<f32>(y + at, load<f32>(x + at) * load<f32>(scale + at) + load<f32>(shift + at));
  }
}

@inline
function normalized(x: v128, mean: v128, inverse: v128): v128 {
  return f32x4.mul(f32x4.sub(x, mean), inverse);
}

@inline
function centred(dy: v128, normalized: v128, sum: v128, product: v128, factor: v128): v128 {
  return f32x4.mul(factor, f32x4.sub(f32x4.sub(dy, sum), f32x4.mul(normalized, product)));
}

// Each takes the addresses of its first column.

function backward16(x: usize, dy: usize, mean: usize, inverse: usize, gamma: usize, dGamma: usize, dBeta: usize, dx: usize, stride: usize, rows: i32): void {
  const m0 = v128.load(mean), m1 = v128.load(mean, 16), m2 = v128.load(mean, 32), m3 = v128.load(mean, 48);
  const i0 = v128.load(inverse), i1 = v128.load(inverse, 16), i2 = v128.load(inverse, 32), i3 = v128.load(inverse, 48);
  let p0 = f32x4.splat(0), p1 = p0, p2 = p0, p3 = p0, s0 = p0, s1 = p0, s2 = p0, s3 = p0;
  let at: usize = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    const g0 = v128.load(dy + at);
    const g1 = v128.load(dy + at, 16);
    const g2 = v128.load(dy + at, 32);
    const g3 = v128.load(dy + at, 48);
    p0 = f32x4.add(p0, f32x4.mul(g0, normalized(v128.load(x + at), m0, i0)));
    s0 = f32x4.add(s0, g0);
    p1 = f32x4.add(p1, f32x4.mul(g1, normalized(v128.load(x + at, 16), m1, i1)));
    s1 = f32x4.add(s1, g1);
    p2 = f32x4.add(p2, f32x4.mul(g2, normalized(v128.load(x + at, 32), m2, i2)));
    s2 = f32x4.add(s2, g2);
    p3 = f32x4.add(p3, f32x4.mul(g3, normalized(v128.load(x + at, 48), m3, i3)));
    s3 = f32x4.add(s3, g3);
  }
  v128.store(dGamma, p0); v128.store(dGamma, p1, 16); v128.store(dGamma, p2, 32); v128.store(dGamma, p3, 48);
  v128.store(dBeta, s0); v128.store(dBeta, s1, 16); v128.store(dBeta, s2, 32); v128.store(dBeta, s3, 48);
  const count = f32x4.splat(<f32>rows);
  const f0 = f32x4.mul(v128.load(gamma), i0);
  p0 = f32x4.div(p0, count);
  s0 = f32x4.div(s0, count);
  const f1 = f32x4.mul(v128.load(gamma, 16), i1);
  p1 = f32x4.div(p1, count);
  s1 = f32x4.div(s1, count);
  const f2 = f32x4.mul(v128.load(gamma, 32), i2);
  p2 = f32x4.div(p2, count);
  s2 = f32x4.div(s2, count);
  const f3 = f32x4.mul(v128.load(gamma, 48), i3);
  p3 = f32x4.div(p3, count);
  s3 = f32x4.div(s3, count);
  at = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    v128.store(dx + at, centred(v128.load(dy + at), normalized(v128.load(x + at), m0, i0), s0, p0, f0));
    v128.store(dx + at, centred(v128.load(dy + at, 16), normalized(v128.load(x + at, 16), m1, i1), s1, p1, f1), 16);
    v128.store(dx + at, centred(v128.load(dy + at, 32), normalized(v128.load(x + at, 32), m2, i2), s2, p2, f2), 32);
    v128.store(dx + at, centred(v128.load(dy + at, 48), normalized(v128.load(x + at, 48), m3, i3), s3, p3, f3), 48);
  }
}

function backward4(x: usize, dy: usize, mean: usize, inverse: usize, gamma: usize, dGamma: usize, dBeta: usize, dx: usize, stride: usize, rows: i32): void {
  const m0 = v128.load(mean);
  const i0 = v128.load(inverse);
  let p0 = f32x4.splat(0), s0 = p0;
  let at: usize = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    const g0 = v128.load(dy + at);
    p0 = f32x4.add(p0, f32x4.mul(g0, normalized(v128.load(x + at), m0, i0)));
    s0 = f32x4.add(s0, g0);
  }
  v128.store(dGamma, p0);
  v128.store(dBeta, s0);
  const count = f32x4.splat(<f32>rows);
  const f0 = f32x4.mul(v128.load(gamma), i0);
  p0 = f32x4.div(p0, count);
  s0 = f32x4.div(s0, count);
  at = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    v128.store(dx + at, centred(v128.load(dy + at), normalized(v128.load(x + at), m0, i0), s0, p0, f0));
  }
}

@inline
function backward1(x: usize, dy: usize, mean: usize, inverse: usize, gamma: usize, dGamma: usize, dBeta: usize, dx: usize, stride: usize, rows: i32): void {
  const centre = load<f32>(mean);
  const spread = load<f32>(inverse);
  let product: f32 = 0;
  let sum: f32 = 0;
  let at: usize = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    const gradient = load<f32>(dy + at);
    product += gradient * ((load<f32>(x + at) - centre) * spread);
    sum += gradient;
  }
  store<f32>(dGamma, product);
  store<f32>(dBeta, sum);
  product /= <f32>rows;
  sum /= <f32>rows;
  const factor = load<f32>(gamma) * spread;
  at = 0;
  for (let r = 0; r < rows; r++, at += stride) {
    const normalized = (load<f32>(x + at) - centre) * spread;
    store<f32>(dx + at, factor * (load<f32>(dy + at) - sum - normalized * product));
  }
}

export function batchNormBackward(x: usize, dy: usize, stride: usize, mean: usize, inverse: usize, gamma: usize, dGamma: usize, dBeta: usize, dx: usize, rows: i32, n: i32): void {
  stride <<= 2;
  let j = 0;
  let at: usize = 0;
  for (; j + 16 <= n; j += 16, at += 64) {
    backward16(x + at, dy + at, mean + at, inverse + at, gamma + at, dGamma + at, dBeta + at, dx + at, stride, rows);
  }
  for (; j + 4 <= n; j += 4, at += 16) {
    backward4(x + at, dy + at, mean + at, inverse + at, gamma + at, dGamma + at, dBeta + at, dx + at, stride, rows);
  }
  for (; j < n; j++, at += 4) {
    backward1(x + at, dy + at, mean + at, inverse + at, gamma + at, dGamma + at, dBeta + at, dx + at, stride, rows);
  }
}
