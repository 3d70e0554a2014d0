/**
 * CBOR as devices write it, into the values that JSON would give: maps, lists, texts, numbers, booleans and null, all of known
 * or open length; tags are passed over. Written here, as it is a page and no package reads it with bounds. Source: RFC 8949.
 */

import { badData } from '../read-file.ts';

export type CborValue =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

/** Deeper than any acquisition, and far from what a stack holds. */
const MAX_DEPTH = 32;
const OPEN_LENGTH = 31;
const BREAK = 0xff;
const HINT = 'Record or download the file again, or leave it out.';

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 === 1 ? -size : size;
}

class CborReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** Where the next `length` bytes begin; they are passed. */
  #pass(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw badData('its CBOR was cut off', HINT);
    this.#offset = start + length;
    return start;
  }

  #number(detail: number): number {
    if (detail < 24) return detail;
    if (detail === 24) return this.#view.getUint8(this.#pass(1));
    if (detail === 25) return this.#view.getUint16(this.#pass(2));
    if (detail === 26) return this.#view.getUint32(this.#pass(4));
    if (detail === 27) return Number(this.#view.getBigUint64(this.#pass(8)));
    throw badData(`its CBOR has no meaning at byte ${this.#offset - 1}`, HINT);
  }

  /** Calls `each` for every item of a list or a map. */
  #items(detail: number, each: () => void): void {
    const count = detail === OPEN_LENGTH ? Number.POSITIVE_INFINITY : this.#number(detail);
    for (let item = 0; item < count; item++) {
      if (detail === OPEN_LENGTH && this.#bytes[this.#offset] === BREAK) {
        this.#offset++;
        return;
      }
      each();
    }
  }

  #pieces(detail: number, major: number): Uint8Array {
    if (detail !== OPEN_LENGTH) {
      const length = this.#number(detail);
      const start = this.#pass(length);
      return this.#bytes.subarray(start, start + length);
    }
    const pieces: number[] = [];
    this.#items(detail, () => {
      const head = this.#view.getUint8(this.#pass(1));
      if (head >> 5 !== major || (head & 31) === OPEN_LENGTH)
        throw badData('its CBOR has a broken text', HINT);
      for (const byte of this.#pieces(head & 31, major)) pieces.push(byte);
    });
    return Uint8Array.from(pieces);
  }

  #simple(detail: number): CborValue {
    if (detail === 20 || detail === 21) return detail === 21;
    if (detail === 22 || detail === 23) return null;
    if (detail === 25) return halfFloat(this.#view.getUint16(this.#pass(2)));
    if (detail === 26) return this.#view.getFloat32(this.#pass(4));
    if (detail === 27) return this.#view.getFloat64(this.#pass(8));
    throw badData(`its CBOR has no meaning at byte ${this.#offset - 1}`, HINT);
  }

  #list(detail: number, depth: number): readonly CborValue[] {
    const list: CborValue[] = [];
    this.#items(detail, () => list.push(this.read(depth + 1)));
    return list;
  }

  #map(detail: number, depth: number): { readonly [key: string]: CborValue } {
    const entries: [string, CborValue][] = [];
    this.#items(detail, () => {
      const key = this.read(depth + 1);
      entries.push([String(key), this.read(depth + 1)]);
    });
    return Object.fromEntries(entries);
  }

  read(depth = 0): CborValue {
    if (depth > MAX_DEPTH) throw badData(`its CBOR is nested more than ${MAX_DEPTH} deep`, HINT);
    const head = this.#view.getUint8(this.#pass(1));
    const [major, detail] = [head >> 5, head & 31];
    switch (major) {
      case 0:
        return this.#number(detail);
      case 1:
        return -1 - this.#number(detail);
      case 2:
        return this.#pieces(detail, major).slice();
      case 3:
        return new TextDecoder().decode(this.#pieces(detail, major));
      case 4:
        return this.#list(detail, depth);
      case 5:
        return this.#map(detail, depth);
      case 6:
        this.#number(detail);
        return this.read(depth + 1);
      default:
        return this.#simple(detail);
    }
  }
}

/** The one value of a file. Throws `bad-data` (input), a sentence that does not name the file. */
export function readCbor(bytes: Uint8Array): CborValue {
  const reader = new CborReader(bytes);
  const value = reader.read();
  if (!reader.isAtEnd) throw badData('it goes on behind the end of its CBOR', HINT);
  return value;
}
