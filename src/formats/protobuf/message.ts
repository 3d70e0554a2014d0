/**
 * Messages of protobuf files by tables of their fields: what a table does not name is skipped, what the file does not have is
 * empty. The wire format is read by @bufbuild/protobuf; here stand the bounds. Bytes are views into the file.
 */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { inputError, unsupportedError } from '../../core/errors.ts';

/** Messages within messages; what people write has subgraphs in attributes of nodes, and few of them. */
const MAX_DEPTH = 40;
/** Messages, strings and numbers of a file together. Large tensors are bytes. */
const MAX_ENTRIES = 2 ** 23;

/** Where a message is read, and what the whole file may still have. */
export interface Source {
  readonly reader: BinaryReader;
  /** How the field at hand is written. */
  readonly wireType: WireType;
  readonly depth: number;
  readonly budget: { entries: number };
}

/** A field by its number: what it is where the file has none, and what it is once another occurrence was read. */
export interface Field<T> {
  readonly number: number;
  empty(): T;
  read(source: Source, before: T): T;
}

/** A row for every member of the message. */
export type MessageTable<T> = { readonly [Name in keyof T]-?: Field<T[Name]> };

function corrupt(why: string): Error {
  return inputError('corrupt-protobuf', `The file is damaged: ${why}.`, 'Export the model again.');
}

function requireWire({ wireType }: Source, wanted: WireType): void {
  if (wireType !== wanted) throw corrupt(`a field has wire type ${wireType} instead of ${wanted}`);
}

function spend({ budget }: Source, entries: number): void {
  budget.entries -= entries;
  if (budget.entries < 0) {
    throw unsupportedError('model-too-large', `The file has more than ${MAX_ENTRIES} entries.`);
  }
}

/** A single value of one wire type. */
interface Scalar<T> {
  readonly wire: WireType;
  readonly empty: T;
  take(reader: BinaryReader): T;
}

const TEXT: Scalar<string> = {
  wire: WireType.LengthDelimited,
  empty: '',
  take: (reader) => reader.string(),
};
const BYTES: Scalar<Uint8Array> = {
  wire: WireType.LengthDelimited,
  empty: new Uint8Array(0),
  take: (reader) => reader.bytes(),
};
/** Beyond 2^53 the nearest double: no size is that large, and the ends of int64 stand for "to the end". */
const INTEGER: Scalar<number> = {
  wire: WireType.Varint,
  empty: 0,
  take: (reader) => Number(reader.int64()),
};
const FLAG: Scalar<boolean> = { wire: WireType.Varint, empty: false, take: (reader) => reader.bool() };
const FLOAT: Scalar<number> = { wire: WireType.Bit32, empty: 0, take: (reader) => reader.float() };
const FIXED32: Scalar<number> = { wire: WireType.Bit32, empty: 0, take: (reader) => reader.fixed32() };
const DOUBLE: Scalar<number> = { wire: WireType.Bit64, empty: 0, take: (reader) => reader.double() };

function single<T>({ wire, empty, take }: Scalar<T>): (number: number) => Field<T> {
  return (number) => ({
    number,
    empty: () => empty,
    read: (source) => {
      requireWire(source, wire);
      spend(source, 1);
      return take(source.reader);
    },
  });
}

/** Numbers come one by one or packed into one field; text and bytes one by one. */
function many<T>({ wire, take }: Scalar<T>): (number: number) => Field<T[]> {
  return (number) => ({
    number,
    empty: () => [],
    read: (source, before) => {
      const { reader, wireType } = source;
      if (wireType === wire) {
        spend(source, 1);
        before.push(take(reader));
        return before;
      }
      requireWire(source, WireType.LengthDelimited);
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw corrupt('it ends within a list of numbers');
      while (reader.pos < end) {
        spend(source, 1);
        before.push(take(reader));
      }
      if (reader.pos !== end) throw corrupt('a list of numbers ends within a number');
      return before;
    },
  });
}

export const text = single(TEXT);
export const texts = many(TEXT);
export const bytes = single(BYTES);
export const byteStrings = many(BYTES);
/** int32, int64, uint64 and enumerations. */
export const integer = single(INTEGER);
export const integers = many(INTEGER);
export const flag = single(FLAG);
export const flags = many(FLAG);
export const float = single(FLOAT);
export const floats = many(FLOAT);
/** Four bytes that are no float. */
export const fixed32 = single(FIXED32);
export const double = single(DOUBLE);
export const doubles = many(DOUBLE);

/** Whether the field was there at all, and its number: a member of a `oneof`, or `optional`. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    number: field.number,
    empty: () => undefined,
    read: (source) => field.read(source, field.empty()),
  };
}

/** `table` is asked for late, since messages hold one another. A second occurrence is read into the first. */
export function message<T extends object>(
  number: number,
  table: () => MessageTable<T>,
): Field<T | undefined> {
  return {
    number,
    empty: () => undefined,
    read: (source, before) => readNested(source, table(), before ?? emptyMessage(table())),
  };
}

export function messages<T extends object>(number: number, table: () => MessageTable<T>): Field<T[]> {
  return {
    number,
    empty: () => [],
    read: (source, before) => {
      before.push(readNested(source, table(), emptyMessage(table())));
      return before;
    },
  };
}

function emptyMessage<T extends object>(table: MessageTable<T>): T {
  const names = Object.keys(table) as (keyof T)[];
  return Object.fromEntries(names.map((name) => [name, table[name].empty()])) as T;
}

function readNested<T extends object>(source: Source, table: MessageTable<T>, into: T): T {
  requireWire(source, WireType.LengthDelimited);
  if (source.depth === MAX_DEPTH) {
    throw unsupportedError('model-too-deep', `The file nests messages more than ${MAX_DEPTH} deep.`);
  }
  return readFields(source.reader.bytes(), source, table, into);
}

const BY_NUMBER = new WeakMap<object, ReadonlyMap<number, string>>();

function namesByNumber(table: Readonly<Record<string, Field<unknown>>>): ReadonlyMap<number, string> {
  const found = BY_NUMBER.get(table);
  if (found !== undefined) return found;
  const made = new Map(Object.entries(table).map(([name, { number }]) => [number, name]));
  BY_NUMBER.set(table, made);
  return made;
}

function readFields<T extends object>(
  content: Uint8Array,
  { depth, budget }: Pick<Source, 'depth' | 'budget'>,
  table: MessageTable<T>,
  into: T,
): T {
  const reader = new BinaryReader(content);
  const names = namesByNumber(table as Readonly<Record<string, Field<unknown>>>);
  spend({ reader, wireType: WireType.LengthDelimited, depth, budget }, 1);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const name = names.get(number) as keyof T | undefined;
    if (name === undefined) reader.skip(wireType, number);
    else into[name] = table[name].read({ reader, wireType, depth: depth + 1, budget }, into[name]);
    if (reader.pos > reader.len) throw corrupt('it ends within a field');
  }
  return into;
}

/** The message that the bytes are; an input error where they are none. */
export function readMessage<T extends object>(content: Uint8Array, table: MessageTable<T>): T {
  try {
    return readFields(content, { depth: 0, budget: { entries: MAX_ENTRIES } }, table, emptyMessage(table));
  } catch (error) {
    // What the wire reader throws: RangeError beyond the end, Error for what no writer writes.
    if (error instanceof Error && (error.name === 'RangeError' || error.name === 'Error')) {
      throw corrupt(error.message);
    }
    throw error;
  }
}
