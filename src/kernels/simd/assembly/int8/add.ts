/** int8 sums of two tensors, of which rows or single elements may be repeated. */

import { Loops } from '../loops';
import { EIGHT_SUMS, Int8Outputs, requantizeEight } from './requantize';

/** So many elements at a time, whose sums lie in `scratch`. */
@inline
const CHUNK: i32 = 512;

/** What every byte, seen as unsigned, adds to a sum. */
@inline
function term(terms: usize, at: usize): i32 {
  return load<i32>(terms + (<usize>load<u8>(at) << 2));
}

@inline
function addRow(s: Int8Outputs, channelConstants: usize, termsA: usize, termsB: usize, length: i32, scratch: usize, a: usize, stepA: usize, b: usize, stepB: usize, output: usize): void {
  for (let first = 0; first < length; first += CHUNK) {
    const count = min(CHUNK, length - first);
    const end = scratch + (<usize>count << 2);
    for (let sums = scratch; sums < end; sums += 4, a += stepA, b += stepB) store<i32>(sums, term(termsA, a) + term(termsB, b));
    const eights = count >> 3;
    const rest = count & 7;
    requantizeEight(s, channelConstants, scratch, eights, output, 8);
    if (rest > 0) requantizeEight(s, channelConstants, scratch + <usize>eights * EIGHT_SUMS, 1, output + (eights << 3), rest);
    output += count;
  }
}

/** Outputs have eight channels, all alike. */
export function addInt8(outputs: usize, loops: usize, channelConstants: usize, termsA: usize, termsB: usize, scratch: usize, a: usize, b: usize, output: usize): void {
  const s = changetype<Int8Outputs>(outputs);
  const l = changetype<Loops>(loops);
  for (let i = 0; i < l.outer; i++, a += l.outerA, b += l.outerB) {
    let rowA = a;
    let rowB = b;
    for (let j = 0; j < l.middle; j++, rowA += l.middleA, rowB += l.middleB, output += l.inner) {
      addRow(s, channelConstants, termsA, termsB, l.inner, scratch, rowA, l.innerA, rowB, l.innerB, output);
    }
  }
}
