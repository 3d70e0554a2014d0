/**
 * The members of a ZIP archive, found without reading what they hold; checksums are verified where one is unpacked. Source:
 * PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */

import { inflateSync } from 'fflate';
import { crc32 } from '../../../core/crc32.ts';
import { type TinymlError, unsupportedError } from '../../../core/errors.ts';
import { bytesInMemory, type RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';

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

const MAX_DIRECTORY_BYTES = 2 ** 22;
/** All unpacked members of an archive are in memory at once. */
const MAX_UNPACKED_BYTES = 2 ** 29;
/** DEFLATE packs at most 258 bytes into two bits. */
const MAX_EXPANSION = 1032;

export interface ZipMember {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly localOffset: number;
}

function damaged(detail: string, cause?: unknown): TinymlError {
  return badData(`it is a damaged archive: ${detail}`, 'Save it again with numpy.savez.', cause);
}

function viewAt(file: RandomAccessBytes, offset: number, length: number, what: string): DataView {
  if (offset + length > file.length) throw damaged(`${what} reaches beyond the end of the file`);
  const bytes = new Uint8Array(length);
  file.readAt(offset, bytes);
  return new DataView(bytes.buffer);
}

function findDirectory(file: RandomAccessBytes): { readonly view: DataView; readonly count: number } {
  const length = Math.min(file.length, END_BYTES + MAX_COMMENT_BYTES);
  const tail = viewAt(file, file.length - length, length, 'its end');
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    const bytes = tail.getUint32(at + 12, true);
    if (bytes > MAX_DIRECTORY_BYTES) throw damaged(`its directory has ${bytes} bytes`);
    const view = viewAt(file, tail.getUint32(at + 16, true), bytes, 'its directory');
    return { view, count: tail.getUint16(at + 10, true) };
  }
  throw damaged('its directory is missing, so the file was cut off');
}

/** Throws `bad-data`. */
export function readZipMembers(file: RandomAccessBytes): readonly ZipMember[] {
  const { view, count } = findDirectory(file);
  const names = new Set<string>();
  let at = 0;
  return Array.from({ length: count }, () => {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw damaged(`its directory has no entry at byte ${at}`);
    }
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    if (nameEnd > view.byteLength) throw damaged('a name reaches beyond the directory');
    const member: ZipMember = {
      name: new TextDecoder().decode(
        new Uint8Array(view.buffer, at + ENTRY_BYTES, nameEnd - at - ENTRY_BYTES),
      ),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packedBytes: view.getUint32(at + 20, true),
      bytes: view.getUint32(at + 24, true),
      localOffset: view.getUint32(at + 42, true),
    };
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (names.has(member.name)) throw damaged(`it has two members named ${JSON.stringify(member.name)}`);
    names.add(member.name);
    return member;
  });
}

function part(file: RandomAccessBytes, offset: number, length: number): RandomAccessBytes {
  return { length, readAt: (at, into) => file.readAt(offset + at, into), close() {} };
}

function packedPart(
  file: RandomAccessBytes,
  { name, localOffset, packedBytes }: ZipMember,
): RandomAccessBytes {
  const local = viewAt(file, localOffset, LOCAL_BYTES, `member ${JSON.stringify(name)}`);
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw damaged(`member ${JSON.stringify(name)} is not where its directory says`);
  }
  const start = localOffset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packedBytes > file.length) {
    throw damaged(`member ${JSON.stringify(name)} reaches beyond the end of the file`);
  }
  return part(file, start, packedBytes);
}

function inflated({ name, bytes, crc }: ZipMember, packed: RandomAccessBytes): RandomAccessBytes {
  if (bytes > packed.length * MAX_EXPANSION) {
    throw damaged(`member ${JSON.stringify(name)} cannot have ${bytes} bytes`);
  }
  const source = new Uint8Array(packed.length);
  packed.readAt(0, source);
  let content: Uint8Array;
  try {
    content = inflateSync(source, { out: new Uint8Array(bytes) });
  } catch (error) {
    throw damaged(`member ${JSON.stringify(name)} cannot be unpacked`, error);
  }
  if (content.length !== bytes || crc32(content) !== crc) {
    throw damaged(`member ${JSON.stringify(name)} has a wrong checksum`);
  }
  return bytesInMemory(content);
}

/** What members hold: read where they lie if they are stored, else unpacked. Throws `bad-data`, and `too-large` (unsupported). */
export function openMembers(
  file: RandomAccessBytes,
  members: readonly ZipMember[],
): readonly RandomAccessBytes[] {
  const unpacked = members.reduce((sum, { method, bytes }) => sum + (method === STORED ? 0 : bytes), 0);
  if (unpacked > MAX_UNPACKED_BYTES) {
    throw unsupportedError(
      'too-large',
      `its arrays have ${unpacked} bytes unpacked, and at most ${MAX_UNPACKED_BYTES} are held in memory`,
      'Save it with numpy.savez, which does not pack, or as .npy files: those are read piece by piece.',
    );
  }
  return members.map((member) => {
    const { name, flags, method } = member;
    if ((flags & ENCRYPTED_FLAG) !== 0 || (method !== STORED && method !== DEFLATED)) {
      throw unsupportedError(
        'zip-method',
        `member ${JSON.stringify(name)} is encrypted or packed in a way that NumPy does not use`,
        'Save it again with numpy.savez.',
      );
    }
    const packed = packedPart(file, member);
    if (method === DEFLATED) return inflated(member, packed);
    if (member.bytes !== packed.length) throw damaged(`member ${JSON.stringify(name)} has two lengths`);
    return packed;
  });
}
