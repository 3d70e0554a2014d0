/** The bytes of a file by address, and how much of them a reader may still take. */

/** The file is damaged, or of a form that is not read here: the library says which. */
export class OtherForm extends Error {}

export function requireForm(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new OtherForm(what);
}

const UNDEFINED_HIGH = 2 ** 21;
/** Nothing that is counted takes less of a file. */
const BYTES_OF_A_STEP = 8;

/** Little-endian, bounds checked. What a file without loops and overlaps cannot ask for throws `OtherForm`. */
export class FileBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #owners = new Map<number, number>();
  #steps: number;
  #contents: number;

  /** `contents`: how many bytes of numbers and texts may be taken in all. */
  constructor(bytes: Uint8Array, contents: number) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#steps = bytes.length / BYTES_OF_A_STEP;
    this.#contents = Math.min(contents, bytes.length);
  }

  /** Before every message, link, node and heap object: a file has no more of them than its size allows. */
  step(): void {
    requireForm(--this.#steps >= 0, 'parts are met again and again');
  }

  /** The library takes a block at `at` for one of the object at `owner` alone. */
  own(at: number, owner: number): void {
    requireForm((this.#owners.get(at) ?? owner) === owner, 'two objects share a block');
    this.#owners.set(at, owner);
  }

  /** A copy, as nothing else shares its buffer. */
  contents(at: number, length: number): Uint8Array<ArrayBuffer> {
    this.#contents -= length;
    requireForm(this.#contents >= 0, 'contents overlap');
    // Node's own buffers share their memory with slices.
    return new Uint8Array(this.part(at, length));
  }

  part(at: number, length: number): Uint8Array {
    requireForm(at >= 0 && length >= 0 && at + length <= this.bytes.length, 'an address lies outside');
    return this.bytes.subarray(at, at + length);
  }

  u8(at: number): number {
    requireForm(at < this.bytes.length, 'an address lies outside');
    return this.bytes[at];
  }

  u16(at: number): number {
    requireForm(at + 2 <= this.bytes.length, 'an address lies outside');
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    requireForm(at + 4 <= this.bytes.length, 'an address lies outside');
    return this.#view.getUint32(at, true);
  }

  /** Addresses and lengths; the undefined address, all ones, throws too. */
  u64(at: number): number {
    const high = this.u32(at + 4);
    requireForm(high < UNDEFINED_HIGH, 'a number is undefined');
    return high * 2 ** 32 + this.u32(at);
  }

  has(at: number, bytes: readonly number[]): boolean {
    return bytes.every((byte, index) => this.u8(at + index) === byte);
  }

  /** Four letters that begin a structure, and the version behind them. */
  requireSignature(at: number, signature: string, version: number): void {
    const found = String.fromCharCode(...this.part(at, signature.length));
    requireForm(found === signature && this.u8(at + signature.length) === version, `no ${signature} there`);
  }
}
