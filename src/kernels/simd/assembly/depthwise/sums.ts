/** Sums of products of two arrays, channel by channel, in the order of the plain loops. */

@inline
export function sum(start: v128, a: v128, b: v128): v128 {
  return f32x4.add(start, f32x4.mul(a, b));
}

/** Four channels of a place, times what is in registers. */
@inline
export function added(sum: v128, x: usize, factor: v128): v128 {
  return f32x4.add(sum, f32x4.mul(v128.load(x), factor));
}

/** The products of a grid of `lines` × `count` places, added up for four channels. */
@inline
function sum4(start: v128, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): v128 {
  for (let l = 0; l < lines; l++, a += aLine, b += bLine) {
    let x = a;
    let y = b;
    for (let i = 0; i < count; i++, x += aStep, y += bStep) start = f32x4.add(start, f32x4.mul(v128.load(x), v128.load(y)));
  }
  return start;
}

@inline
function sum1(start: f32, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): f32 {
  for (let l = 0; l < lines; l++, a += aLine, b += bLine) {
    let x = a;
    let y = b;
    for (let i = 0; i < count; i++, x += aStep, y += bStep) start += load<f32>(x) * load<f32>(y);
  }
  return start;
}

/** to[channels] += the products of a grid in two arrays. */
export function addSums(to: usize, channels: i32, a: usize, aStep: usize, aLine: usize, b: usize, bStep: usize, bLine: usize, lines: i32, count: i32): void {
  let c = 0;
  for (; c + 16 <= channels; c += 16, to += 64, a += 64, b += 64) {
    let s0 = v128.load(to), s1 = v128.load(to, 16), s2 = v128.load(to, 32), s3 = v128.load(to, 48);
    let aRow = a;
    let bRow = b;
    for (let l = 0; l < lines; l++, aRow += aLine, bRow += bLine) {
      let x = aRow;
      let y = bRow;
      for (let i = 0; i < count; i++, x += aStep, y += bStep) {
        s0 = f32x4.add(s0, f32x4.mul(v128.load(x), v128.load(y)));
        s1 = f32x4.add(s1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)));
        s2 = f32x4.add(s2, f32x4.mul(v128.load(x, 32), v128.load(y, 32)));
        s3 = f32x4.add(s3, f32x4.mul(v128.load(x, 48), v128.load(y, 48)));
      }
    }
    v128.store(to, s0); v128.store(to, s1, 16); v128.store(to, s2, 32); v128.store(to, s3, 48);
  }
  for (; c + 4 <= channels; c += 4, to += 16, a += 16, b += 16) {
    v128.store(to, sum4(v128.load(to), a, aStep, aLine, b, bStep, bLine, lines, count));
  }
  for (; c < channels; c++, to += 4, a += 4, b += 4) {
    store<f32>(to, sum1(load<f32>(to), a, aStep, aLine, b, bStep, bLine, lines, count));
  }
}
