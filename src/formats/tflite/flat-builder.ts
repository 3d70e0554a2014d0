/**
 * Writes a flatbuffer in the fewest bytes: whatever is equal is stored once and shared by offset, defaults are left
 * out, and no padding is spent that another part could fill. The same calls give the same bytes.
 */

import { ContentNumbers } from '../../core/bytes.ts';
import { unsupportedError } from '../../core/errors.ts';
import { bytesOf } from '../../core/tensor.ts';
import { TABLE_SHAPES } from './generated/table-shapes.ts';
import { type Part, pack } from './pack.ts';
import { type FieldShape, type ScalarType, scalarBytes, type TableShape } from './table-shape.ts';

type Shapes = typeof TABLE_SHAPES;
export type TableName = keyof Shapes;

/** Something the builder holds, to be pointed to: a part, or if negative the bitwise complement of a pointing thing's index. */
export interface Ref {
  readonly index: number;
}

/** Values by the schema's field names: numbers for scalars, references for all else. */
export type Fields<Name extends TableName> = {
  readonly [Field in keyof Shapes[Name]]?:
    | (Shapes[Name][Field] extends { readonly kind: 'scalar' } ? number : Ref)
    | undefined;
};

/** Offsets to write at `at`, and a vtable for a table. They precede what they point to, as offsets are unsigned. */
interface Pointing {
  readonly bytes: Uint8Array;
  readonly links: readonly { readonly at: number; readonly to: Ref }[];
  readonly vtable?: Ref;
}

const HEADER_BYTES = 8;

type Store = (view: DataView, at: number, value: number) => void;

const storeByte: Store = (view, at, value) => view.setUint8(at, value);
const store16: Store = (view, at, value) => view.setUint16(at, value, true);
const store32: Store = (view, at, value) => view.setUint32(at, value, true);
const store64: Store = (view, at, value) => view.setBigInt64(at, BigInt(value), true);

/** Negative numbers wrap to the same bits. */
const INTEGER_RANGES: Partial<Record<ScalarType, readonly [number, number]>> = {
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** A number that its field cannot hold would be another one when it is read. */
function requireRange(type: ScalarType, value: number): void {
  const range = INTEGER_RANGES[type];
  if (range === undefined || (value >= range[0] && value <= range[1])) return;
  throw unsupportedError(
    'number-range',
    `The model has the number ${value} where a .tflite file holds ${type}.`,
    'Make sizes, strides and axes smaller.',
  );
}

const STORE: Readonly<Record<ScalarType, Store>> = {
  bool: storeByte,
  int8: storeByte,
  uint8: storeByte,
  int16: store16,
  uint16: store16,
  int32: store32,
  uint32: store32,
  int64: store64,
  uint64: store64,
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
};

function store(type: ScalarType, view: DataView, at: number, value: number): void {
  requireRange(type, value);
  STORE[type](view, at, value);
}

/** Tables end on a multiple of 4, so fields above 4 bytes would need care that no field we write asks for. */
function fieldBytes(shape: FieldShape): number {
  const size = shape.kind === 'scalar' ? scalarBytes(shape.type) : 4;
  if (size > 4) throw new Error('8-byte fields are not written');
  return size;
}

function isDefault(shape: FieldShape, value: number | Ref): boolean {
  return shape.kind === 'scalar' && value === shape.default;
}

export class FlatBuilder {
  readonly #parts: Part[] = [];
  readonly #pointing: Pointing[] = [];
  readonly #interned = new Map<string, Ref>();
  readonly #contents = new ContentNumbers();

  #intern(key: string, add: () => number): Ref {
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    const ref = { index: add() };
    this.#interned.set(key, ref);
    return ref;
  }

  #part(bytes: Uint8Array, align: number, phase: number): Ref {
    return this.#intern(
      `part ${align} ${phase} ${this.#contents.of(bytes)}`,
      () => this.#parts.push({ bytes, align, phase }) - 1,
    );
  }

  #point(pointing: Pointing): Ref {
    const { bytes, links, vtable } = pointing;
    const targets = [vtable?.index, ...links.map(({ at, to }) => `${at}>${to.index}`)].join(' ');
    const key = `pointing ${targets} ${this.#contents.of(bytes)}`;
    return this.#intern(key, () => ~(this.#pointing.push(pointing) - 1));
  }

  /** Elements behind their number; the elements are aligned. */
  bytes(data: Uint8Array, count: number, align: number): Ref {
    const bytes = new Uint8Array(4 + data.length);
    new DataView(bytes.buffer).setUint32(0, count, true);
    bytes.set(data, 4);
    return this.#part(bytes, Math.max(4, align), 4);
  }

  scalars(type: ScalarType, values: ArrayLike<number>): Ref {
    const size = scalarBytes(type);
    const data = new Uint8Array(values.length * size);
    const view = new DataView(data.buffer);
    for (let i = 0; i < values.length; i++) store(type, view, i * size, values[i]);
    return this.bytes(data, values.length, size);
  }

  string(text: string): Ref {
    const data = new TextEncoder().encode(`${text}\0`);
    return this.bytes(data, data.length - 1, 4);
  }

  /** A vector of tables. */
  tables(tables: readonly Ref[]): Ref {
    const bytes = new Uint8Array(4 + 4 * tables.length);
    new DataView(bytes.buffer).setUint32(0, tables.length, true);
    return this.#point({ bytes, links: tables.map((to, index) => ({ at: 4 + 4 * index, to })) });
  }

  table<Name extends TableName>(name: Name, fields: Fields<Name>): Ref {
    const shapes: TableShape = TABLE_SHAPES[name];
    const present = Object.entries<number | Ref | undefined>(fields)
      .flatMap(([field, value]) => (value === undefined ? [] : [{ shape: shapes[field], value }]))
      .filter(({ shape, value }) => !isDefault(shape, value))
      .sort((a, b) => fieldBytes(b.shape) - fieldBytes(a.shape) || a.shape.id - b.shape.id);
    const length = present.reduce((sum, { shape }) => sum + fieldBytes(shape), 4);
    const bytes = new Uint8Array(4 * Math.ceil(length / 4));
    const offsets = new Array<number>(Math.max(-1, ...present.map(({ shape }) => shape.id)) + 1).fill(0);
    const links: { at: number; to: Ref }[] = [];
    let at = 4;
    for (const { shape, value } of present) {
      if (typeof value !== 'number') links.push({ at, to: value });
      else if (shape.kind === 'scalar') store(shape.type, new DataView(bytes.buffer), at, value);
      offsets[shape.id] = at;
      at += fieldBytes(shape);
    }
    const vtable = Uint16Array.of(4 + 2 * offsets.length, bytes.length, ...offsets);
    return this.#point({ bytes, links, vtable: this.#part(bytesOf(vtable), 2, 0) });
  }

  /** Root and identifier, then everything with offsets, the last made first, then the parts. */
  finish(root: Ref, identifier: string): Uint8Array {
    const pointingPositions = new Array<number>(this.#pointing.length).fill(0);
    let position = HEADER_BYTES;
    for (let index = this.#pointing.length - 1; index >= 0; index--) {
      pointingPositions[index] = position;
      position += this.#pointing[index].bytes.length;
    }
    const { positions, end } = pack(this.#parts, position);
    const place = ({ index }: Ref): number => (index < 0 ? pointingPositions[~index] : positions[index]);

    const file = new Uint8Array(end);
    const view = new DataView(file.buffer);
    view.setUint32(0, place(root), true);
    file.set(new TextEncoder().encode(identifier), 4);
    for (const [index, { bytes, links, vtable }] of this.#pointing.entries()) {
      const start = pointingPositions[index];
      file.set(bytes, start);
      if (vtable !== undefined) view.setInt32(start, start - place(vtable), true);
      for (const { at, to } of links) view.setUint32(start + at, place(to) - (start + at), true);
    }
    for (const [index, { bytes }] of this.#parts.entries()) file.set(bytes, positions[index]);
    return file;
  }
}
