/** Pictures as they are stored, before they are fitted. */

import type { RandomAccessBytes } from '../../../core/random-access.ts';

/** What the first bytes of a picture say, upright. */
export interface PictureHead {
  readonly width: number;
  readonly height: number;
  /** 1 where it cannot have a colour: grey, or a palette of greys. */
  readonly channels: 1 | 3;
}

/** Rows from the top, pixels from the left, grey or red, green and blue; nothing is transparent any more. */
export interface Picture extends PictureHead {
  readonly data: Uint8Array | Uint16Array;
  /** The value that is white: 255, or 65535. */
  readonly white: number;
}

/** How a camera was held, as EXIF numbers it: 1 … 8; 1 is upright. From 5 on width and height change places. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface StoredPicture extends Picture {
  readonly orientation: Orientation;
}

/** One kind of picture file. What they throw is `bad-data` (input), a sentence that does not name the file. */
export interface PictureFormat {
  readonly name: string;
  /** The first bytes of a file, at least 16 of them or all. */
  recognizes(head: Uint8Array): boolean;
  /** Reads no more than it needs. */
  readHead(file: RandomAccessBytes): PictureHead;
  /** Of a file whose head was read, and found to be of a bearable size. */
  decode(bytes: Uint8Array): StoredPicture;
}

export const DAMAGED_HINT = 'Open and save the picture again, or leave it out.';

export function readBytes(file: RandomAccessBytes, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, file.length - offset)));
  file.readAt(offset, bytes);
  return bytes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
