/** The outermost fields of what may be a protobuf message, of which only that has no mark of its own. */

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

export type OuterField = 'varint' | 'bytes' | 'other';

/** More than any model has outside of its messages. */
const MOST_FIELDS = 2 ** 17;

/** What each field number is written as; undefined where the bytes are no message to their end. */
export function outerFields(bytes: Uint8Array): ReadonlyMap<number, OuterField> | undefined {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, OuterField>();
  try {
    for (let count = 0; reader.pos < reader.len && count < MOST_FIELDS; count++) {
      const [number, wireType] = reader.tag();
      const isBytes = wireType === WireType.LengthDelimited;
      fields.set(number, isBytes ? 'bytes' : wireType === WireType.Varint ? 'varint' : 'other');
      reader.skip(wireType, number);
    }
  } catch {
    return undefined;
  }
  return reader.pos === reader.len ? fields : undefined;
}

/** The content of the first field, if it is a message of number 1. */
export function firstMessage(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x0a) return undefined;
  let length = 0;
  for (let place = 0; place < 5; place++) {
    const byte = bytes[1 + place];
    length += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return bytes.subarray(2 + place, 2 + place + length);
  }
  return undefined;
}
