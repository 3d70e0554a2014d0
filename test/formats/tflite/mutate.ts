/** Damaged copies of `.tflite` files. */

import type { Random } from '../../../src/core/random.ts';

/** Bit flips, cuts, and 32-bit words that hurt as offsets, lengths and vtables. */
export function mutate(file: Uint8Array, random: Random): Uint8Array {
  const bytes = file.slice();
  const view = new DataView(bytes.buffer);
  const words = [
    0,
    1,
    4,
    8,
    0x7fffffff,
    0x80000000,
    0xffffffff,
    0xfffffffc,
    file.length,
    0x10000,
    0x40000000,
  ];
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change++) {
    switch (random.below(4)) {
      case 0: {
        const at = random.below(bytes.length);
        bytes[at] ^= 1 << random.below(8);
        break;
      }
      case 1:
        view.setUint32(4 * random.below(bytes.length >> 2), words[random.below(words.length)], true);
        break;
      case 2:
        view.setUint32(random.below(bytes.length - 4), random.uint32(), true);
        break;
      default:
        view.setUint16(2 * random.below(bytes.length >> 1), random.below(64), true);
    }
  }
  return random.below(8) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}
