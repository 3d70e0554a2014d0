/** What is made of two float32 tensors element by element, of which rows or single elements may be repeated. */

import { behindLeast, within } from '../limits';
import { Loops } from '../loops';

/** As ../../arithmetic/float.ts has them. */
const ADD = 0;
const SUBTRACT = 1;
const MULTIPLY = 2;
const DIVIDE = 3;
const MAXIMUM = 4;
const MINIMUM = 5;
const PRELU = 6;

/** Of extremes the second operand, where both are equal and where one is NaN. */
@inline
function combine(code: i32, x: v128, y: v128): v128 {
  if (code == ADD) return f32x4.add(x, y);
  if (code == SUBTRACT) return f32x4.sub(x, y);
  if (code == MULTIPLY) return f32x4.mul(x, y);
  if (code == DIVIDE) return f32x4.div(x, y);
  if (code == MAXIMUM) return f32x4.pmax(y, x);
  if (code == MINIMUM) return f32x4.pmin(y, x);
  // The second operand is a slope.
  return v128.bitselect(x, f32x4.mul(x, y), f32x4.ge(x, f32x4.splat(0)));
}

/** `stepA` and `stepB` are those of four elements: 0 or 16. */
@inline
function row(code: i32, a: usize, stepA: usize, b: usize, stepB: usize, count: i32, to: usize): void {
  const end = to + (<usize>count << 2);
  if (stepA == 0) {
    const x = v128.load32_splat(a);
    for (; to + 15 < end; to += 16, b += 16) v128.store(to, combine(code, x, v128.load(b)));
    for (; to < end; to += 4, b += 4) v128.store32_lane(to, combine(code, x, v128.load32_zero(b)), 0);
  } else if (stepB == 0) {
    const y = v128.load32_splat(b);
    for (; to + 15 < end; to += 16, a += 16) v128.store(to, combine(code, v128.load(a), y));
    for (; to < end; to += 4, a += 4) v128.store32_lane(to, combine(code, v128.load32_zero(a), y), 0);
  } else {
    for (; to + 15 < end; to += 16, a += 16, b += 16) v128.store(to, combine(code, v128.load(a), v128.load(b)));
    for (; to < end; to += 4, a += 4, b += 4) v128.store32_lane(to, combine(code, v128.load32_zero(a), v128.load32_zero(b)), 0);
  }
}

@inline
function rows(code: i32, s: Loops, a: usize, b: usize, to: usize): void {
  const bytes = <usize>s.inner << 2;
  for (let i = 0; i < s.outer; i++, a += s.outerA, b += s.outerB) {
    let rowA = a;
    let rowB = b;
    for (let j = 0; j < s.middle; j++, rowA += s.middleA, rowB += s.middleB, to += bytes) row(code, rowA, s.innerA, rowB, s.innerB, s.inner, to);
  }
}

/** `count` elements in place. */
function limitAll(at: usize, count: i32, leastOf: f32, mostOf: f32): void {
  const least = f32x4.splat(leastOf), most = f32x4.splat(mostOf);
  const behind = behindLeast(leastOf);
  const end = at + (<usize>count << 2);
  for (; at + 15 < end; at += 16) v128.store(at, within(v128.load(at), least, behind, most));
  for (; at < end; at += 4) v128.store32_lane(at, within(v128.load32_zero(at), least, behind, most), 0);
}

/** `most` is not 0. */
export function pairsFloat(code: i32, loops: usize, least: f32, most: f32, a: usize, b: usize, output: usize): void {
  const s = changetype<Loops>(loops);
  if (code == ADD) rows(ADD, s, a, b, output);
  else if (code == SUBTRACT) rows(SUBTRACT, s, a, b, output);
  else if (code == MULTIPLY) rows(MULTIPLY, s, a, b, output);
  else if (code == DIVIDE) rows(DIVIDE, s, a, b, output);
  else if (code == MAXIMUM) rows(MAXIMUM, s, a, b, output);
  else if (code == MINIMUM) rows(MINIMUM, s, a, b, output);
  else rows(PRELU, s, a, b, output);
  if (least > -f32.MAX_VALUE || most < f32.MAX_VALUE) limitAll(output, s.outer * s.middle * s.inner, least, most);
}
