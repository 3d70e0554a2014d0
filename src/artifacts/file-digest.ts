/** SHA-256 of what lies on disk, by Node's own code: data sets are large. The digits are those of `core/digest.ts`. */

import { createHash } from 'node:crypto';
import type { RandomAccessBytes } from '../core/random-access.ts';

const PIECE_BYTES = 2 ** 20;

export function fileDigest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The same of bytes that are read piece by piece. */
export function digestInPieces(bytes: RandomAccessBytes): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes.length));
  for (let offset = 0; offset < bytes.length; offset += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, bytes.length - offset));
    bytes.readAt(offset, part);
    hash.update(part);
  }
  return hash.digest('hex');
}
