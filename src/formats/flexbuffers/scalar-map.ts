/**
 * FlexBuffers of one kind: a map from names to numbers and truth values, as custom operators of TensorFlow Lite have their
 * options. Layout: names and values, then the offset of the map, its type and the width of that offset, read from the end.
 */

import { inputError } from '../../core/errors.ts';

export type Scalar = number | boolean;

/** Upper six bits of a type; the lower two are the width of what an offset leads to, as a power of two. */
const INT = 1;
const UINT = 2;
const FLOAT = 3;
const MAP = 9;
const BOOL = 26;
/** No operator has so many options. */
const MOST_ENTRIES = 256;
const MOST_NAME_BYTES = 256;
/** Of everything that is written. */
const WIDTH = 4;
const WIDTH_BITS = 2;

function damaged(): Error {
  return inputError('corrupt-options', 'has options that are no map of numbers (FlexBuffers)');
}

class MapReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #inside(position: number, width: number): number {
    if (position < 0 || position + width > this.#bytes.length) throw damaged();
    return position;
  }

  #unsigned(position: number, width: number): number {
    const at = this.#inside(position, width);
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    return width === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  #signed(position: number, width: number): number {
    const at = this.#inside(position, width);
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at, true);
    return width === 4 ? this.#view.getInt32(at, true) : Number(this.#view.getBigInt64(at, true));
  }

  #real(position: number, width: number): number {
    const at = this.#inside(position, width);
    if (width < 4) throw damaged();
    return width === 4 ? this.#view.getFloat32(at, true) : this.#view.getFloat64(at, true);
  }

  #scalar(type: number, position: number, width: number): Scalar {
    switch (type >> 2) {
      case INT:
        return this.#signed(position, width);
      case UINT:
        return this.#unsigned(position, width);
      case FLOAT:
        return this.#real(position, width);
      case BOOL:
        return this.#unsigned(position, width) !== 0;
      default:
        throw damaged();
    }
  }

  #name(position: number): string {
    const start = this.#inside(position, 1);
    const end = this.#bytes.subarray(start, start + MOST_NAME_BYTES).indexOf(0);
    if (end < 0) throw damaged();
    return String.fromCharCode(...this.#bytes.subarray(start, start + end));
  }

  /** The place that an offset leads back to. */
  #target(position: number, width: number): number {
    return position - this.#unsigned(position, width);
  }

  read(): ReadonlyMap<string, Scalar> {
    const end = this.#bytes.length;
    const [type, width] = [this.#unsigned(end - 2, 1), this.#unsigned(end - 1, 1)];
    if (type >> 2 !== MAP || ![1, 2, 4, 8].includes(width)) throw damaged();
    const values = this.#target(end - 2 - width, width);
    const valueWidth = 1 << (type & 3);
    const count = this.#unsigned(values - valueWidth, valueWidth);
    const nameWidth = this.#unsigned(values - 2 * valueWidth, valueWidth);
    const names = this.#target(values - 3 * valueWidth, valueWidth);
    if (count > MOST_ENTRIES || ![1, 2, 4, 8].includes(nameWidth)) throw damaged();
    const entries = Array.from({ length: count }, (_, index): [string, Scalar] => [
      this.#name(this.#target(names + index * nameWidth, nameWidth)),
      this.#scalar(
        this.#unsigned(values + count * valueWidth + index, 1),
        values + index * valueWidth,
        valueWidth,
      ),
    ]);
    return new Map(entries);
  }
}

/** Throws an input error where the bytes are no such map. */
export function readScalarMap(bytes: Uint8Array): ReadonlyMap<string, Scalar> {
  return new MapReader(bytes).read();
}

/** A number that an option is as an integer, or as float32. */
export interface ScalarEntry {
  readonly name: string;
  readonly value: Scalar;
  readonly isReal?: true;
}

function typeOf({ value, isReal }: ScalarEntry): number {
  const type = typeof value === 'boolean' ? BOOL : isReal ? FLOAT : INT;
  return (type << 2) | WIDTH_BITS;
}

/** Names are ASCII; they are sorted, by which TensorFlow Lite finds them. */
export function writeScalarMap(unsorted: readonly ScalarEntry[]): Uint8Array {
  const entries = [...unsorted].sort((a, b) => (a.name < b.name ? -1 : 1));
  const namesBytes = entries.reduce((sum, { name }) => sum + name.length + 1, 0);
  const names = Math.ceil(namesBytes / WIDTH) * WIDTH + WIDTH;
  const values = names + WIDTH * entries.length + 3 * WIDTH;
  const types = values + WIDTH * entries.length;
  const root = types + entries.length;
  const bytes = new Uint8Array(root + 3);
  const view = new DataView(bytes.buffer);
  view.setUint32(names - WIDTH, entries.length, true);
  view.setUint32(values - 3 * WIDTH, values - 3 * WIDTH - names, true);
  view.setUint32(values - 2 * WIDTH, WIDTH, true);
  view.setUint32(values - WIDTH, entries.length, true);
  let place = 0;
  for (const [index, entry] of entries.entries()) {
    const [name, value] = [names + WIDTH * index, values + WIDTH * index];
    view.setUint32(name, name - place, true);
    for (const letter of entry.name) bytes[place++] = letter.charCodeAt(0);
    place++;
    if (entry.isReal) view.setFloat32(value, Number(entry.value), true);
    else view.setInt32(value, Number(entry.value), true);
    bytes[types + index] = typeOf(entry);
  }
  bytes.set([root - values, (MAP << 2) | WIDTH_BITS, 1], root);
  return bytes;
}
