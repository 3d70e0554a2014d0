/**
 * The few members of a ZIP archive that are asked for by name, their checksums verified. Nothing is unpacked before its
 * size is known to be bearable. Source: PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */

import { inflateSync } from 'fflate';
import { crc32 } from '../../core/crc32.ts';
import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';

/** Reads one member of at most `limit` bytes, or returns undefined where the archive has none of that name. */
export type ReadMember = (name: string, limit?: number) => Uint8Array | undefined;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 65535;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;

const ENCRYPTED_FLAG = 1;
const STORED = 0;
const DEFLATED = 8;

const MAX_MEMBERS = 10_000;
const MAX_MEMBER_BYTES = 1 << 29;
/** DEFLATE packs at most 258 bytes into two bits. */
const MAX_EXPANSION = 1032;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localOffset: number;
}

function damaged(detail: string, cause?: unknown): TinymlError {
  return inputError(
    'bad-zip',
    `The .keras file is a damaged ZIP archive: ${detail}.`,
    'Copy or save the model file again.',
    cause,
  );
}

function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT_BYTES);
  for (let offset = view.byteLength - END_BYTES; offset >= first; offset--) {
    if (view.getUint32(offset, true) === END_SIGNATURE) return offset;
  }
  throw damaged('its directory is missing, so the file was cut off');
}

function readEntry(bytes: Uint8Array, view: DataView, offset: number): { entry: Entry; next: number } {
  if (offset + ENTRY_BYTES > view.byteLength || view.getUint32(offset, true) !== ENTRY_SIGNATURE) {
    throw damaged(`its directory has no entry at byte ${offset}`);
  }
  const nameEnd = offset + ENTRY_BYTES + view.getUint16(offset + 28, true);
  const next = nameEnd + view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
  if (next > view.byteLength) throw damaged('its directory reaches beyond the end of the file');
  const entry = {
    name: new TextDecoder().decode(bytes.subarray(offset + ENTRY_BYTES, nameEnd)),
    flags: view.getUint16(offset + 8, true),
    method: view.getUint16(offset + 10, true),
    crc: view.getUint32(offset + 16, true),
    packedBytes: view.getUint32(offset + 20, true),
    bytes: view.getUint32(offset + 24, true),
    localOffset: view.getUint32(offset + 42, true),
  };
  return { entry, next };
}

function readDirectory(bytes: Uint8Array, view: DataView): Map<string, Entry> {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > MAX_MEMBERS) {
    throw unsupportedError('zip-members', `The archive has ${count} members; models have a handful.`);
  }
  const entries = new Map<string, Entry>();
  let offset = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(bytes, view, offset);
    if (entries.has(entry.name)) throw damaged(`it has two members named ${JSON.stringify(entry.name)}`);
    entries.set(entry.name, entry);
    offset = next;
  }
  return entries;
}

/** Where the local header says that the packed bytes are. */
function packedBytesOf(
  bytes: Uint8Array,
  view: DataView,
  { name, localOffset, packedBytes }: Entry,
): Uint8Array {
  if (localOffset + LOCAL_BYTES > view.byteLength || view.getUint32(localOffset, true) !== LOCAL_SIGNATURE) {
    throw damaged(`member "${name}" is not where the directory says`);
  }
  const start =
    localOffset +
    LOCAL_BYTES +
    view.getUint16(localOffset + 26, true) +
    view.getUint16(localOffset + 28, true);
  if (start + packedBytes > view.byteLength)
    throw damaged(`member "${name}" reaches beyond the end of the file`);
  return bytes.subarray(start, start + packedBytes);
}

function inflated({ name, bytes }: Entry, packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { out: new Uint8Array(bytes) });
  } catch (error) {
    throw damaged(`member "${name}" cannot be unpacked`, error);
  }
}

function tooLarge({ name, bytes }: Entry, limit: number): TinymlError {
  return unsupportedError(
    'model-too-large',
    `Member "${name}" of the .keras file has ${bytes} bytes, and at most ${limit} are read; no microcontroller holds such a model.`,
  );
}

function unpack(entry: Entry, packed: Uint8Array, limit: number): Uint8Array {
  const { name, flags, method, crc, bytes } = entry;
  if ((flags & ENCRYPTED_FLAG) !== 0 || (method !== STORED && method !== DEFLATED)) {
    throw unsupportedError(
      'zip-method',
      `Member "${name}" of the .keras file is encrypted or packed in a way that Keras does not use.`,
      'Save the model again with "model.save".',
    );
  }
  if (bytes > MAX_MEMBER_BYTES) throw tooLarge(entry, MAX_MEMBER_BYTES);
  if (bytes > packed.length * MAX_EXPANSION) throw damaged(`member "${name}" cannot have ${bytes} bytes`);
  if (bytes > limit) throw tooLarge(entry, limit);
  const content = method === STORED ? packed : inflated(entry, packed);
  if (content.length !== bytes || crc32(content) !== crc)
    throw damaged(`member "${name}" has a wrong checksum`);
  return content;
}

/** Throws `bad-zip` (input), and `zip-members`, `zip-method` and `model-too-large` (unsupported) when they are met. */
export function openZip(bytes: Uint8Array): ReadMember {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < END_BYTES) throw damaged('it is too short');
  const entries = readDirectory(bytes, view);
  return (name, limit = MAX_MEMBER_BYTES) => {
    const entry = entries.get(name);
    return entry === undefined ? undefined : unpack(entry, packedBytesOf(bytes, view, entry), limit);
  };
}
