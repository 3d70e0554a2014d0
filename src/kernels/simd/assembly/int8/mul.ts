/** int8 products of two tensors, of which rows or single elements may be repeated. */

import { Loops } from '../loops';
import { EIGHT_SUMS, Int8Outputs, requantizeEight } from './requantize';

/** So many elements at a time, whose products lie in `scratch`. */
@inline
const CHUNK: i32 = 512;

/** int32 fields, in the order of ../../arithmetic/mul.ts. */
@unmanaged
class Int8Mul extends Int8Outputs {
  zeroPointA: i32;
  zeroPointB: i32;
}

@inline
function storeProducts(sums: usize, x: v128, y: v128): void {
  v128.store(sums, i32x4.extmul_low_i16x8_s(x, y));
  v128.store(sums, i32x4.extmul_high_i16x8_s(x, y), 16);
}

/** Less their zero point. */
@inline
function eight(at: usize, zero: v128): v128 {
  return i16x8.sub(v128.load_ext<i8>(at), zero);
}

@inline
function eightTimes(at: usize, zero: v128): v128 {
  return i16x8.sub(i16x8.splat(<i16>load<i8>(at)), zero);
}

@inline
function multiplyChunk(sums: usize, end: usize, a: usize, stepA: usize, zeroA: v128, b: usize, stepB: usize, zeroB: v128): void {
  if (stepA == 0) {
    const x = eightTimes(a, zeroA);
    for (; sums < end; sums += EIGHT_SUMS, b += 8) storeProducts(sums, x, eight(b, zeroB));
  } else if (stepB == 0) {
    const y = eightTimes(b, zeroB);
    for (; sums < end; sums += EIGHT_SUMS, a += 8) storeProducts(sums, eight(a, zeroA), y);
  } else {
    for (; sums < end; sums += EIGHT_SUMS, a += 8, b += 8) storeProducts(sums, eight(a, zeroA), eight(b, zeroB));
  }
}

@inline
function multiplyRow(s: Int8Mul, channelConstants: usize, length: i32, scratch: usize, a: usize, stepA: usize, b: usize, stepB: usize, output: usize): void {
  const zeroA = i16x8.splat(<i16>s.zeroPointA), zeroB = i16x8.splat(<i16>s.zeroPointB);
  for (let first = 0; first < length; first += CHUNK) {
    const count = min(CHUNK, length - first);
    multiplyChunk(scratch, scratch + (<usize>count << 2), a, stepA, zeroA, b, stepB, zeroB);
    const eights = count >> 3, rest = count & 7;
    requantizeEight(s, channelConstants, scratch, eights, output, 8);
    if (rest > 0) requantizeEight(s, channelConstants, scratch + <usize>eights * EIGHT_SUMS, 1, output + (eights << 3), rest);
    output += count;
    a += <usize>count * stepA;
    b += <usize>count * stepB;
  }
}

/** Outputs have eight channels, all alike. Up to 7 bytes behind the operands are read. */
export function mulInt8(settings: usize, loops: usize, channelConstants: usize, scratch: usize, a: usize, b: usize, output: usize): void {
  const s = changetype<Int8Mul>(settings);
  const l = changetype<Loops>(loops);
  for (let i = 0; i < l.outer; i++, a += l.outerA, b += l.outerB) {
    let rowA = a;
    let rowB = b;
    for (let j = 0; j < l.middle; j++, rowA += l.middleA, rowB += l.middleB, output += l.inner) {
      multiplyRow(s, channelConstants, l.inner, scratch, rowA, l.innerA, rowB, l.innerB, output);
    }
  }
}
