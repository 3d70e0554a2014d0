/** int8 products of two tensors, of which rows may be repeated. */

import { EIGHT_SUMS, Int8Outputs, requantizeEight } from './requantize';

/** So many elements at a time, whose products lie in `scratch`. */
@inline
const CHUNK: i32 = 512;

/** Three loops in each other, the innermost over neighbours; int32 fields, in the order of ../../arithmetic/mul.ts. */
@unmanaged
class Int8Mul extends Int8Outputs {
  zeroPointA: i32;
  zeroPointB: i32;
  outer: i32;
  middle: i32;
  inner: i32;
  outerA: i32;
  middleA: i32;
  outerB: i32;
  middleB: i32;
}

@inline
function multiplyRow(s: Int8Mul, channelConstants: usize, scratch: usize, a: usize, b: usize, output: usize): void {
  const zeroA = i16x8.splat(<i16>s.zeroPointA), zeroB = i16x8.splat(<i16>s.zeroPointB);
  for (let first = 0; first < s.inner; first += CHUNK) {
    const count = min(CHUNK, s.inner - first);
    const end = scratch + (<usize>count << 2);
    for (let sums = scratch; sums < end; sums += EIGHT_SUMS, a += 8, b += 8) {
      const x = i16x8.sub(v128.load_ext<i8>(a), zeroA), y = i16x8.sub(v128.load_ext<i8>(b), zeroB);
      v128.store(sums, i32x4.extmul_low_i16x8_s(x, y));
      v128.store(sums, i32x4.extmul_high_i16x8_s(x, y), 16);
    }
    const eights = count >> 3, rest = count & 7;
    requantizeEight(s, channelConstants, scratch, eights, output, 8);
    if (rest > 0) requantizeEight(s, channelConstants, scratch + <usize>eights * EIGHT_SUMS, 1, output + (eights << 3), rest);
    output += count;
  }
}

/** Outputs have eight channels, all alike. Up to 7 bytes behind the operands are read. */
export function mulInt8(settings: usize, channelConstants: usize, scratch: usize, a: usize, b: usize, output: usize): void {
  const s = changetype<Int8Mul>(settings);
  for (let i = 0; i < s.outer; i++, a += s.outerA, b += s.outerB) {
    for (let j = 0; j < s.middle; j++, output += s.inner) multiplyRow(s, channelConstants, scratch, a + <usize>(j * s.middleA), b + <usize>(j * s.middleB), output);
  }
}
