/** What is made of two int8 tensors element by element as they are, of which rows or single elements may be repeated. */

import { Loops } from '../loops';

/** As ../../arithmetic/extremum.ts has them. */
const MAXIMUM = 0;
const MINIMUM = 1;

@inline
function combine(code: i32, x: v128, y: v128): v128 {
  return code == MAXIMUM ? i8x16.max_s(x, y) : i8x16.min_s(x, y);
}

@inline
function row(code: i32, a: usize, stepA: usize, b: usize, stepB: usize, count: i32, to: usize): void {
  const end = to + <usize>count;
  if (stepA == 0) {
    const x = v128.load8_splat(a);
    for (; to + 15 < end; to += 16, b += 16) v128.store(to, combine(code, x, v128.load(b)));
    for (; to < end; to++, b++) v128.store8_lane(to, combine(code, x, v128.load8_splat(b)), 0);
  } else if (stepB == 0) {
    const y = v128.load8_splat(b);
    for (; to + 15 < end; to += 16, a += 16) v128.store(to, combine(code, v128.load(a), y));
    for (; to < end; to++, a++) v128.store8_lane(to, combine(code, v128.load8_splat(a), y), 0);
  } else {
    for (; to + 15 < end; to += 16, a += 16, b += 16) v128.store(to, combine(code, v128.load(a), v128.load(b)));
    for (; to < end; to++, a++, b++) v128.store8_lane(to, combine(code, v128.load8_splat(a), v128.load8_splat(b)), 0);
  }
}

@inline
function rows(code: i32, s: Loops, a: usize, b: usize, to: usize): void {
  for (let i = 0; i < s.outer; i++, a += s.outerA, b += s.outerB) {
    let rowA = a;
    let rowB = b;
    for (let j = 0; j < s.middle; j++, rowA += s.middleA, rowB += s.middleB, to += s.inner) row(code, rowA, s.innerA, rowB, s.innerB, s.inner, to);
  }
}

export function extremumInt8(code: i32, loops: usize, a: usize, b: usize, output: usize): void {
  const s = changetype<Loops>(loops);
  if (code == MAXIMUM) rows(MAXIMUM, s, a, b, output);
  else rows(MINIMUM, s, a, b, output);
}
