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
