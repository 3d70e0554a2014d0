/** int8 sums of two tensors of one shape. */

import { EIGHT_SUMS, Int8Outputs, requantizeEight } from './requantize';

/** So many elements at a time, whose sums lie in `scratch`. */
@inline
const CHUNK: i32 = 512;

/** `termsA` and `termsB` are what every byte, seen as unsigned, adds to a sum; outputs have eight channels, all alike. */
export function addInt8(outputs: usize, channelConstants: usize, termsA: usize, termsB: usize, length: i32, scratch: usize, a: usize, b: usize, output: usize): void {
  const s = changetype<Int8Outputs>(outputs);
  for (let first = 0; first < length; first += CHUNK) {
    const count = min(CHUNK, length - first);
    for (let i = 0; i < count; i++, a++, b++) {
      store<i32>(scratch + (<usize>i << 2), load<i32>(termsA + (<usize>load<u8>(a) << 2)) + load<i32>(termsB + (<usize>load<u8>(b) << 2)));
    }
    const eights = count >> 3;
    const rest = count & 7;
    requantizeEight(s, channelConstants, scratch, eights, output, 8);
    if (rest > 0) requantizeEight(s, channelConstants, scratch + <usize>eights * EIGHT_SUMS, 1, output + (eights << 3), rest);
    output += count;
  }
}
