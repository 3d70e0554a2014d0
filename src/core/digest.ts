import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Node's own code is ten times as fast. Asked of the process at run time: bundles for browsers name no module of Node. */
const crypto = globalThis.process?.getBuiltinModule?.('node:crypto');

/** SHA-256 as 64 lower-case hex digits. */
export function sha256(content: Uint8Array | string): string {
  if (crypto !== undefined) return crypto.createHash('sha256').update(content).digest('hex');
  return bytesToHex(hash(typeof content === 'string' ? new TextEncoder().encode(content) : content));
}
