/** Bytes that are read one behind the other. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #damaged: (why: string) => Error;
  at = 0;

  /** `damaged` makes the error of bytes that end too soon. */
  constructor(bytes: Uint8Array, damaged: (why: string) => Error) {
    this.bytes = bytes;
    this.#damaged = damaged;
  }

  /** Little-endian base 128. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw this.#damaged('a number does not end');
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw this.#damaged('an entry does not end');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
