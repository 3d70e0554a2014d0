/** Statistics of columns, and the normalization made of them. */

/** Two passes: the mean first, then the squares around it; both in float64. */
export function moments(x: usize, rows: i32, n: i32, mean: usize, variance: usize): void {
  const stride = <usize>n << 2;
  const count = f64x2.splat(<f64>rows);
  let j = 0;
  for (; j + 4 <= n; j += 4, x += 16, mean += 16, variance += 16) {
    let low = f64x2.splat(0);
    let high = low;
    let at = x;
    for (let r = 0; r < rows; r++, at += stride) {
      low = f64x2.add(low, f64x2.promote_low_f32x4(v128.load64_zero(at)));
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.load64_zero(at, 8)));
    }
    low = f64x2.div(low, count);
    high = f64x2.div(high, count);
    v128.store(mean, v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
    let low2 = f64x2.splat(0);
    let high2 = low2;
    at = x;
    for (let r = 0; r < rows; r++, at += stride) {
      const a = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at)), low);
      const b = f64x2.sub(f64x2.promote_low_f32x4(v128.load64_zero(at, 8)), high);
      low2 = f64x2.add(low2, f64x2.mul(a, a));
      high2 = f64x2.add(high2, f64x2.mul(b, b));
    }
    low2 = f64x2.div(low2, count);
    high2 = f64x2.div(high2, count);
    v128.store(variance, v128.shuffle<f32>(f32x4.demote_f64x2_zero(low2), f32x4.demote_f64x2_zero(high2), 0, 1, 4, 5));
  }
  for (; j < n; j++, x += 4, mean += 4, variance += 4) {
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
}

export function scaleShift(x: usize, scale: usize, shift: usize, y: usize, rows: i32, n: i32): void {
  for (let r = 0; r < rows; r++) {
    let j = 0;
    let at: usize = 0;
    for (; j + 4 <= n; j += 4, at += 16) {
      v128.store(y + at, f32x4.add(f32x4.mul(v128.load(x + at), v128.load(scale + at)), v128.load(shift + at)));
    }
    for (; j < n; j++, at += 4) store<f32>(y + at, load<f32>(x + at) * load<f32>(scale + at) + load<f32>(shift + at));
    x += at;
    y += at;
  }
}

export function batchNormBackward(x: usize, dy: usize, mean: usize, inverse: usize, gamma: usize, dGamma: usize, dBeta: usize, dx: usize, rows: i32, n: i32): void {
  const stride = <usize>n << 2;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    const at = <usize>j << 2;
    const means = v128.load(mean + at);
    const inverses = v128.load(inverse + at);
    let products = f32x4.splat(0);
    let sums = products;
    let row = at;
    for (let r = 0; r < rows; r++, row += stride) {
      const gradient = v128.load(dy + row);
      const normalized = f32x4.mul(f32x4.sub(v128.load(x + row), means), inverses);
      products = f32x4.add(products, f32x4.mul(gradient, normalized));
      sums = f32x4.add(sums, gradient);
    }
    v128.store(dGamma + at, products);
    v128.store(dBeta + at, sums);
    const count = f32x4.splat(<f32>rows);
    const factor = f32x4.mul(v128.load(gamma + at), inverses);
    products = f32x4.div(products, count);
    sums = f32x4.div(sums, count);
    row = at;
    for (let r = 0; r < rows; r++, row += stride) {
      const normalized = f32x4.mul(f32x4.sub(v128.load(x + row), means), inverses);
      const centred = f32x4.sub(f32x4.sub(v128.load(dy + row), sums), f32x4.mul(normalized, products));
      v128.store(dx + row, f32x4.mul(factor, centred));
    }
  }
  for (; j < n; j++) {
    const at = <usize>j << 2;
    const centre = load<f32>(mean + at);
    const spread = load<f32>(inverse + at);
    let product: f32 = 0;
    let sum: f32 = 0;
    let row = at;
    for (let r = 0; r < rows; r++, row += stride) {
      const gradient = load<f32>(dy + row);
      product += gradient * ((load<f32>(x + row) - centre) * spread);
      sum += gradient;
    }
    store<f32>(dGamma + at, product);
    store<f32>(dBeta + at, sum);
    product /= <f32>rows;
    sum /= <f32>rows;
    const factor = load<f32>(gamma + at) * spread;
    row = at;
    for (let r = 0; r < rows; r++, row += stride) {
      const normalized = (load<f32>(x + row) - centre) * spread;
      store<f32>(dx + row, factor * (load<f32>(dy + row) - sum - normalized * product));
    }
  }
}
