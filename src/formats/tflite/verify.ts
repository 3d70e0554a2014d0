/**
 * Proves, before anything is read, that every table, vector and string of a model lies inside its bytes. The flatbuffers
 * runtime checks nothing: it would read zeros behind the end and loop over lengths that a broken file invents.
 */

import { ByteBuffer } from 'flatbuffers';
import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { TABLE_SHAPES } from './generated/table-shapes.ts';
import { Model } from './generated/tflite_generated.ts';
import { type FieldShape, scalarBytes, type TableShape } from './table-shape.ts';

/** Offset 0 points to the root, 4 to the identifier. */
const HEADER_BYTES = 8;
const IDENTIFIER = 'TFL3';
/** Of the schema; TFLM itself never looks at it, every application does. */
export const VERSION = 3;
/** A vtable holds its own size, the table's size, then one 16-bit offset for each field. */
const VTABLE_HEADER_BYTES = 4;
/** Positions and 16-bit offsets are read as signed numbers by the runtime. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
const MAX_FIELD_OFFSET = 2 ** 15 - 1;
/** A thousand times what a microcontroller's model has; keeps the memory of the walk small. */
const MAX_VISITS = 2 ** 20;

const SHAPES: Readonly<Record<string, TableShape>> = TABLE_SHAPES;

/** Whether the identifier stands where it belongs; TensorFlow of 2020 wrote models without one. */
export function hasIdentifier(bytes: Uint8Array): boolean {
  return (
    bytes.length >= HEADER_BYTES && String.fromCharCode(...bytes.subarray(4, HEADER_BYTES)) === IDENTIFIER
  );
}

/** Whether these are a sound model without an identifier, which TFLM runs, and nothing else by chance. */
export function isUnnamedModel(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_FILE_BYTES || hasIdentifier(bytes)) return false;
  if (new Verifier(bytes).findProblem() !== undefined) return false;
  const model = Model.getRootAsModel(new ByteBuffer(bytes));
  return model.version() === VERSION && model.subgraphsLength() > 0 && model.buffersLength() > 0;
}

/**
 * Throws `not-a-tflite` for bytes without the identifier TFL3 that are no model either, `corrupt-tflite` with the place
 * for broken ones. A sound model with another identifier passes: TFLM runs it. Time is linear in the bytes, since what
 * is shared is visited once and the visits are limited.
 */
export function verifyModel(bytes: Uint8Array): void {
  if (bytes.length > MAX_FILE_BYTES) {
    throw unsupportedError('tflite-too-large', 'The model is larger than 2 GiB, which no flatbuffer can be.');
  }
  const problem = new Verifier(bytes).findProblem();
  if (problem === undefined) return;
  if (!hasIdentifier(bytes)) {
    throw inputError(
      'not-a-tflite',
      `This is not a .tflite file: it lacks the identifier "${IDENTIFIER}" at byte 4.`,
      'Give a model that TensorFlow Lite or "tinyml convert" wrote.',
    );
  }
  throw inputError(
    'corrupt-tflite',
    `The .tflite file is damaged: ${problem}.`,
    'Get or make the file again; it may have been cut off while it was copied.',
  );
}

/** Leaves the walk; never leaves this file. */
class Problem extends Error {}

class Verifier {
  readonly #view: DataView;
  readonly #seen = new Set<string>();
  readonly #path: (string | number)[] = ['model'];
  #visitsLeft: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // A table and an element of a vector of tables both take 4 bytes or more, so no honest file comes near this.
    this.#visitsLeft = Math.min(bytes.byteLength, MAX_VISITS);
  }

  /** What is wrong and where, or undefined. */
  findProblem(): string | undefined {
    try {
      this.#require(0, HEADER_BYTES, 'the header');
      this.#table(this.#follow(0), 'Model');
      return undefined;
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
  }

  #fail(what: string): never {
    const place = this.#path.reduce((path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : `${path}.${part}`,
    );
    throw new Problem(`${what} (at ${place})`);
  }

  #require(position: number, length: number, what: string): void {
    if (position < 0 || position + length > this.#view.byteLength)
      this.#fail(`${what} lies outside the file`);
  }

  /** False where it was visited before. */
  #enter(position: number, what: string): boolean {
    if (--this.#visitsLeft < 0) this.#fail('more tables than the file has room for');
    const key = `${position} ${what}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** The position an offset points to; the offset itself has been checked. */
  #follow(position: number): number {
    const offset = this.#view.getUint32(position, true);
    if (offset === 0) this.#fail('an offset points to itself');
    this.#require(position + offset, 4, 'what an offset points to');
    return position + offset;
  }

  #table(position: number, name: string): void {
    if (!this.#enter(position, name)) return;
    const vtable = position - this.#view.getInt32(position, true);
    this.#require(vtable, VTABLE_HEADER_BYTES, 'a vtable');
    const vtableBytes = this.#view.getUint16(vtable, true);
    if (vtableBytes < VTABLE_HEADER_BYTES || vtableBytes > MAX_FIELD_OFFSET || vtableBytes % 2 !== 0) {
      this.#fail(`a vtable has the length ${vtableBytes}`);
    }
    this.#require(vtable, vtableBytes, 'a vtable');
    const fieldOf = (id: number): number => {
      const entry = VTABLE_HEADER_BYTES + 2 * id;
      const offset = entry < vtableBytes ? this.#view.getUint16(vtable + entry, true) : 0;
      if (offset > MAX_FIELD_OFFSET) this.#fail(`a field lies ${counted(offset, 'byte')} behind its table`);
      return offset === 0 ? 0 : position + offset;
    };
    for (const [field, shape] of Object.entries(SHAPES[name])) {
      const at = fieldOf(shape.id);
      if (at === 0) continue;
      this.#path.push(field);
      this.#field(at, shape, shape.kind === 'union' ? fieldOf(shape.id - 1) : 0);
      this.#path.pop();
    }
  }

  #field(at: number, shape: FieldShape, unionType: number): void {
    this.#require(at, shape.kind === 'scalar' ? scalarBytes(shape.type) : 4, 'a field');
    switch (shape.kind) {
      case 'scalar':
        return;
      case 'scalars':
        this.#vector(this.#follow(at), scalarBytes(shape.type));
        return;
      case 'string':
        this.#string(this.#follow(at));
        return;
      case 'strings':
        this.#elements(this.#follow(at), 'string', (position) => this.#string(position));
        return;
      case 'table':
        this.#table(this.#follow(at), shape.table);
        return;
      case 'tables':
        this.#elements(this.#follow(at), shape.table, (position) => this.#table(position, shape.table));
        return;
      case 'union': {
        if (unionType === 0) return;
        this.#require(unionType, 1, 'a field');
        const member = shape.members[this.#view.getUint8(unionType)];
        // Nobody reads a member whose table is not known.
        if (member !== undefined) this.#table(this.#follow(at), member);
      }
    }
  }

  /** The number of elements, all of them inside the file. */
  #vector(position: number, elementBytes: number): number {
    const length = this.#view.getUint32(position, true);
    this.#require(position + 4, length * elementBytes, `a vector of ${counted(length, 'element')}`);
    return length;
  }

  #string(position: number): void {
    const length = this.#vector(position, 1);
    this.#require(position + 4 + length, 1, 'the end of a string');
    if (this.#view.getUint8(position + 4 + length) !== 0) this.#fail('a string does not end with a zero');
  }

  #elements(position: number, what: string, visit: (position: number) => void): void {
    const length = this.#vector(position, 4);
    if (!this.#enter(position, `[${what}]`)) return;
    for (let index = 0; index < length; index++) {
      if (--this.#visitsLeft < 0) this.#fail('more tables than the file has room for');
      this.#path.push(index);
      visit(this.#follow(position + 4 + 4 * index));
      this.#path.pop();
    }
  }
}
