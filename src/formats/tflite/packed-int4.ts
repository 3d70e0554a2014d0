/** int4 elements as a file holds them: two in a byte, the first in its low half; in a graph each has a byte of its own. */

import { internalError } from '../../core/errors.ts';

/** Sign-extended (TFLM `UnpackDenseInt4IntoInt8`). The half that an odd number leaves over is passed over. */
export function unpackInt4(bytes: Uint8Array, count: number): Int8Array {
  return Int8Array.from({ length: count }, (_, index) => {
    const byte = bytes[index >> 1];
    return ((index & 1) === 0 ? byte << 28 : byte << 24) >> 28;
  });
}

/** What an odd number leaves over is 0. */
export function packInt4(data: Int8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(data.length / 2));
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (value < -8 || value > 7) throw internalError('int4-range', `${value} is no int4`);
    bytes[index >> 1] |= (index & 1) === 0 ? value & 15 : (value & 15) << 4;
  }
  return bytes;
}
