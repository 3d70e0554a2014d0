/** Protobuf messages of fields by their numbers, for tests: what a reader must and must not take. */

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A string, bytes, a message, an integer, a list of integers (packed), floats (packed), or four bytes. */
export type FieldValue =
  | string
  | number
  | Uint8Array
  | Float32Array
  | readonly number[]
  | { readonly fixed32: number }
  | { readonly float: number };

/** Fields in the order in which they are written; a number may come again. */
export type Fields = readonly (readonly [number: number, value: FieldValue])[];

function writeField(writer: BinaryWriter, number: number, value: FieldValue): void {
  if (typeof value === 'number') writer.tag(number, WireType.Varint).int64(value);
  else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
  else if (value instanceof Uint8Array) writer.tag(number, WireType.LengthDelimited).bytes(value);
  else if ('fixed32' in value) writer.tag(number, WireType.Bit32).fixed32(value.fixed32);
  else if ('float' in value) writer.tag(number, WireType.Bit32).float(value.float);
  else {
    writer.tag(number, WireType.LengthDelimited).fork();
    for (const element of value) {
      if (value instanceof Float32Array) writer.float(element);
      else writer.int64(element);
    }
    writer.join();
  }
}

export function writeMessage(fields: Fields): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) writeField(writer, number, value);
  return writer.finish();
}
