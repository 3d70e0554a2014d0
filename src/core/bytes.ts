/** Byte arrays compared, and told apart by number. */

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** All whole words of four bytes, wherever they lie. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(buffer, byteOffset, Math.floor(length / 4));
}

/** Like FNV-1a, four bytes at once; it need only be fast, since equal hashes are followed by a comparison. */
function hashOf(bytes: Uint8Array): number {
  const words = wordsOf(bytes);
  let hash = bytes.length;
  for (let i = 0; i < words.length; i++) {
    hash = Math.imul(hash ^ words[i], 0x01000193);
    hash ^= hash >>> 15;
  }
  for (let i = words.length * 4; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return hash;
}

/** Numbers of contents: the same for equal bytes, and for no others. The bytes must not change afterwards. */
export class ContentNumbers {
  readonly #contents: Uint8Array[] = [];
  readonly #byHash = new Map<number, number[]>();

  of(bytes: Uint8Array): number {
    const hash = hashOf(bytes);
    const alike = this.#byHash.get(hash) ?? [];
    const known = alike.find((number) => equalBytes(this.#contents[number], bytes));
    if (known !== undefined) return known;
    const number = this.#contents.push(bytes) - 1;
    this.#byHash.set(hash, [...alike, number]);
    return number;
  }
}
