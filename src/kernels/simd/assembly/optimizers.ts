/** The update rules, four weights at a time. */

export function sgd(w: usize, g: usize, count: i32, rate: f32): void {
  const rates = f32x4.splat(rate);
  let i = 0;
  for (; i + 4 <= count; i += 4, w += 16, g += 16) {
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rates, v128.load(g))));
  }
  for (; i < count; i++, w += 4, g += 4) store<f32>(w, load<f32>(w) - rate * load<f32>(g));
}

export function momentum(w: usize, g: usize, v: usize, count: i32, rate: f32, decay: f32, nesterov: i32): void {
  const rates = f32x4.splat(rate);
  const decays = f32x4.splat(decay);
  let i = 0;
  for (; i + 4 <= count; i += 4, w += 16, g += 16, v += 16) {
    const gradient = v128.load(g);
    const velocity = f32x4.add(f32x4.mul(decays, v128.load(v)), gradient);
    v128.store(v, velocity);
    const step = nesterov ? f32x4.add(gradient, f32x4.mul(decays, velocity)) : velocity;
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rates, step)));
  }
  for (; i < count; i++, w += 4, g += 4, v += 4) {
    const gradient = load<f32>(g);
    const velocity: f32 = decay * load<f32>(v) + gradient;
    store<f32>(v, velocity);
    const step: f32 = nesterov ? gradient + decay * velocity : velocity;
    store<f32>(w, load<f32>(w) - rate * step);
  }
}

export function rmsprop(w: usize, g: usize, s: usize, count: i32, rate: f32, decay: f32, epsilon: f32): void {
  const rates = f32x4.splat(rate);
  const decays = f32x4.splat(decay);
  const rest: f32 = 1 - decay;
  const rests = f32x4.splat(rest);
  const epsilons = f32x4.splat(epsilon);
  let i = 0;
  for (; i + 4 <= count; i += 4, w += 16, g += 16, s += 16) {
    const gradient = v128.load(g);
    const squares = f32x4.add(f32x4.mul(decays, v128.load(s)), f32x4.mul(rests, f32x4.mul(gradient, gradient)));
    v128.store(s, squares);
    const step = f32x4.div(f32x4.mul(rates, gradient), f32x4.sqrt(f32x4.add(squares, epsilons)));
    v128.store(w, f32x4.sub(v128.load(w), step));
  }
  for (; i < count; i++, w += 4, g += 4, s += 4) {
    const gradient = load<f32>(g);
    const square: f32 = decay * load<f32>(s) + rest * (gradient * gradient);
    store<f32>(s, square);
    store<f32>(w, load<f32>(w) - rate * gradient / sqrt(square + epsilon));
  }
}

/** Once `isSettled`, its first correction is 1, and divides no more. */
@inline
function adamAs(isSettled: bool, w: usize, g: usize, m: usize, v: usize, count: i32, rate: f32, beta1: f32, beta2: f32, correction1: f32, correction2: f32, epsilon: f32): void {
  const rest1: f32 = 1 - beta1;
  const rest2: f32 = 1 - beta2;
  let i = 0;
  for (; i + 4 <= count; i += 4, w += 16, g += 16, m += 16, v += 16) {
    const gradient = v128.load(g);
    const mean = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(m)), f32x4.mul(f32x4.splat(rest1), gradient));
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(gradient, gradient)),
    );
    v128.store(m, mean);
    v128.store(v, square);
    const root = f32x4.add(f32x4.sqrt(f32x4.div(square, f32x4.splat(correction2))), f32x4.splat(epsilon));
    const step = f32x4.mul(f32x4.splat(rate), f32x4.div(isSettled ? mean : f32x4.div(mean, f32x4.splat(correction1)), root));
    v128.store(w, f32x4.sub(v128.load(w), step));
  }
  for (; i < count; i++, w += 4, g += 4, m += 4, v += 4) {
    const gradient = load<f32>(g);
    const mean: f32 = beta1 * load<f32>(m) + rest1 * gradient;
    const square: f32 = beta2 * load<f32>(v) + rest2 * (gradient * gradient);
    store<f32>(m, mean);
    store<f32>(v, square);
    const root: f32 = sqrt(square / correction2) + epsilon;
    store<f32>(w, load<f32>(w) - rate * (mean / correction1 / root));
  }
}

/** A division less for each weight is worth a loop of its own: the first correction is 1 after 165 steps of the usual β₁. */
export function adam(w: usize, g: usize, m: usize, v: usize, count: i32, rate: f32, beta1: f32, beta2: f32, correction1: f32, correction2: f32, epsilon: f32): void {
  if (correction1 == 1) adamAs(true, w, g, m, v, count, rate, beta1, beta2, correction1, correction2, epsilon);
  else adamAs(false, w, g, m, v, count, rate, beta1, beta2, correction1, correction2, epsilon);
}
