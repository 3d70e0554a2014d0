/** A picture as the bytes of a PNG file. */

import { encode } from 'fast-png';
import type { Picture } from './picture.ts';

/** 8 bits a sample, or 16 where white is 65535. */
export function encodePng({ width, height, channels, data, white }: Picture): Uint8Array {
  return encode({ width, height, channels, data, depth: white > 255 ? 16 : 8 });
}
