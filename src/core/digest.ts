import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(content: Uint8Array | string): string {
  return bytesToHex(hash(typeof content === 'string' ? new TextEncoder().encode(content) : content));
}
