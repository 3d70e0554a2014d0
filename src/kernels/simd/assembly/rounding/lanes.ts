/** Weights rounded one after another, sixteen units at a time: each sum in the order of the plain loops, so that the bytes are the same. */

/** Of sixteen float64. */
const LANE_BYTES: i32 = 128;

/** Half away from zero; no −0. */
@inline
function roundHalfAway(x: v128): v128 {
  const whole = f64x2.trunc(x);
  const sign = v128.and(x, f64x2.splat(-0.0));
  const away = f64x2.add(whole, v128.or(sign, f64x2.splat(1)));
  const isNear = f64x2.lt(f64x2.abs(f64x2.sub(x, whole)), f64x2.splat(0.5));
  return f64x2.add(v128.bitselect(whole, away, isNear), f64x2.splat(0));
}

/** Two units at a place. `pull` is what the errors behind ask for; `lanes` are scales, shares of the pull that count, and costs. */
@inline
function roundTwo(
  pull: v128,
  own: v128,
  limit: v128,
  lanes: usize,
  weights: usize,
  errors: usize,
  steps: usize,
): void {
  const weight = v128.load(weights);
  const scale = v128.load(lanes);
  const wanted = f64x2.add(weight, f64x2.mul(v128.load(lanes, LANE_BYTES), f64x2.div(pull, own)));
  const rounded = roundHalfAway(f64x2.div(wanted, scale));
  const nearest = f64x2.max(f64x2.neg(limit), f64x2.min(limit, rounded));
  const error = f64x2.sub(weight, f64x2.mul(scale, nearest));
  const root = f64x2.add(pull, f64x2.mul(own, error));
  v128.store(errors, error);
  v128.store64_lane(steps, i32x4.trunc_sat_f64x2_s_zero(nearest), 0);
  const costs = v128.load(lanes, 2 * LANE_BYTES);
  v128.store(lanes, f64x2.add(costs, f64x2.mul(root, root)), 2 * LANE_BYTES);
}

@inline
function more(sum: v128, share: v128, errors: usize): v128 {
  return f64x2.add(sum, f64x2.mul(share, v128.load(errors)));
}

/**
 * `steps` [size, 16] int32 of `weights` [size, 16] float64, the last first, within ± `limit`. `factor` is the upper R of `size` rows,
 * `rowBytes` apart; `errors` has room for as much as the weights. `lanes` is [3, 16] float64: scales, shares, and costs, which are added to.
 */
export function roundLanes(
  factor: usize,
  size: i32,
  rowBytes: i32,
  lanes: usize,
  limit: f64,
  weights: usize,
  errors: usize,
  steps: usize,
): void {
  const limits = f64x2.splat(limit);
  const errorsEnd = errors + <usize>size * LANE_BYTES;
  for (let i = size - 1; i >= 0; i--) {
    const diagonal = factor + <usize>i * rowBytes + (<usize>i << 3);
    const place = <usize>i * LANE_BYTES;
    let share = diagonal + 8;
    let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    for (let at = errors + place + LANE_BYTES; at < errorsEnd; at += LANE_BYTES, share += 8) {
      const r = v128.load64_splat(share);
      s0 = more(s0, r, at);
      s1 = more(s1, r, at + 16);
      s2 = more(s2, r, at + 32);
      s3 = more(s3, r, at + 48);
      s4 = more(s4, r, at + 64);
      s5 = more(s5, r, at + 80);
      s6 = more(s6, r, at + 96);
      s7 = more(s7, r, at + 112);
    }
    const own = v128.load64_splat(diagonal);
    const w = weights + place, e = errors + place, n = steps + (place >> 1);
    roundTwo(s0, own, limits, lanes, w, e, n);
    roundTwo(s1, own, limits, lanes + 16, w + 16, e + 16, n + 8);
    roundTwo(s2, own, limits, lanes + 32, w + 32, e + 32, n + 16);
    roundTwo(s3, own, limits, lanes + 48, w + 48, e + 48, n + 24);
    roundTwo(s4, own, limits, lanes + 64, w + 64, e + 64, n + 32);
    roundTwo(s5, own, limits, lanes + 80, w + 80, e + 80, n + 40);
    roundTwo(s6, own, limits, lanes + 96, w + 96, e + 96, n + 48);
    roundTwo(s7, own, limits, lanes + 112, w + 112, e + 112, n + 56);
  }
}
