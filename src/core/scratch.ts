/** Bytes that grow while work is done, larger than memory where there is a disk, and are read again from any place. */

import type { RandomAccessBytes } from './random-access.ts';

export interface Scratch extends RandomAccessBytes {
  /** Copies them. */
  append(bytes: Uint8Array): void;
}

/** In memory, for programs and browsers. */
export function scratchInMemory(): Scratch {
  let bytes = new Uint8Array(2 ** 16);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(more) {
      if (length + more.length > bytes.length) {
        const grown = new Uint8Array(Math.max(2 * bytes.length, length + more.length));
        grown.set(bytes.subarray(0, length));
        bytes = grown;
      }
      bytes.set(more, length);
      length += more.length;
    },
    readAt: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    close() {},
  };
}

/** All of it at once. */
export function bytesOfScratch(scratch: RandomAccessBytes): Uint8Array {
  const bytes = new Uint8Array(scratch.length);
  scratch.readAt(0, bytes);
  return bytes;
}
