import { createHash } from 'node:crypto';
import type { RandomAccessBytes } from '../core/random-access.ts';

const PIECE_BYTES = 2 ** 20;

/** SHA-256 of bytes that are read piece by piece: the digits that `sha256` gives for the whole. */
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
