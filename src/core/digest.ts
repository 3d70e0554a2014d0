import { createHash } from 'node:crypto';
import type { RandomAccessBytes } from './random-access.ts';

const PIECE_BYTES = 2 ** 20;

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The same of bytes that are read piece by piece. */
export function sha256OfBytes(bytes: RandomAccessBytes): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(Math.min(PIECE_BYTES, bytes.length));
  for (let offset = 0; offset < bytes.length; offset += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, bytes.length - offset));
    bytes.readAt(offset, part);
    hash.update(part);
  }
  return hash.digest('hex');
}
