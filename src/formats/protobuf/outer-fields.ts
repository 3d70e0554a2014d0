/**
 * The outermost fields of what may be a protobuf message, of which only that has no mark of its own. Every file is asked, so this
 * much of the wire format (protobuf.dev, "Encoding") is read without the library, which takes longer to load.
 */

export type OuterField = 'varint' | 'bytes' | 'other';

/** More than any model has outside of its messages. */
const MOST_FIELDS = 2 ** 17;

const VARINT = 0;
const BYTES = 2;
/** Bytes of numbers of fixed sizes, by wire type. Groups, which no model has, are missing. */
const FIXED_BYTES = new Map([
  [1, 8],
  [5, 4],
]);

interface Varint {
  readonly value: number;
  readonly end: number;
}

const MOST_VARINT_BYTES = 10;

/** Exact below 2⁵³. */
function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let place = 0; place < MOST_VARINT_BYTES && at + place < bytes.length; place++) {
    const byte = bytes[at + place];
    value += (byte & 0x7f) * 2 ** (7 * place);
    if (byte < 0x80) return { value, end: at + place + 1 };
  }
  return undefined;
}

/** Where the content of a field ends that begins at `at`. */
function endOf(bytes: Uint8Array, at: number, wireType: number): number | undefined {
  const fixed = FIXED_BYTES.get(wireType);
  if (fixed !== undefined) return at + fixed;
  const number = readVarint(bytes, at);
  if (number === undefined || wireType === VARINT) return number?.end;
  return wireType === BYTES ? number.end + number.value : undefined;
}

function nameOf(wireType: number): OuterField {
  if (wireType === BYTES) return 'bytes';
  return wireType === VARINT ? 'varint' : 'other';
}

/** What each field number is written as; undefined where the bytes are no message to their end. */
export function outerFields(bytes: Uint8Array): ReadonlyMap<number, OuterField> | undefined {
  const fields = new Map<number, OuterField>();
  let at = 0;
  for (let count = 0; at < bytes.length; count++) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || tag.value >= 2 ** 32 || count >= MOST_FIELDS) return undefined;
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    const end = endOf(bytes, tag.end, wireType);
    if (number === 0 || end === undefined || end > bytes.length) return undefined;
    fields.set(number, nameOf(wireType));
    at = end;
  }
  return fields;
}

/** The content of the first field, if it is a message of number 1. */
export function firstMessage(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0x0a) return undefined;
  const length = readVarint(bytes, 1);
  return length && bytes.subarray(length.end, length.end + length.value);
}
