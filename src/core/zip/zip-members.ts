/**
 * The members of a ZIP archive, found without reading what they hold; checksums are verified where one is unpacked. Source:
 * PKWARE's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */

import { inflateSync } from 'fflate';
import { crc32 } from '../crc32.ts';
import type { TinymlError } from '../errors.ts';
import { counted } from '../figure-text.ts';
import type { RandomAccessBytes } from '../random-access.ts';

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
/** DEFLATE packs at most 258 bytes into two bits. */
const MAX_EXPANSION = 1032;

export interface ZipMember {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  /** As the directory says, which whoever unpacks it may refuse. */
  readonly bytes: number;
  readonly localOffset: number;
}

/** How a format words what is wrong with an archive; `detail` is the end of a sentence. */
export type ZipFault = (detail: string, cause?: unknown) => TinymlError;

function viewAt(
  file: RandomAccessBytes,
  offset: number,
  length: number,
  what: string,
  damaged: ZipFault,
): DataView {
  if (offset + length > file.length) throw damaged(`${what} reaches beyond the end of the file`);
  const bytes = new Uint8Array(length);
  file.readAt(offset, bytes);
  return new DataView(bytes.buffer);
}

function findDirectory(
  file: RandomAccessBytes,
  damaged: ZipFault,
): { readonly view: DataView; readonly count: number } {
  const length = Math.min(file.length, END_BYTES + MAX_COMMENT_BYTES);
  const tail = viewAt(file, file.length - length, length, 'its end', damaged);
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue;
    const bytes = tail.getUint32(at + 12, true);
    if (bytes > MAX_DIRECTORY_BYTES) throw damaged(`its directory has ${counted(bytes, 'byte')}`);
    const view = viewAt(file, tail.getUint32(at + 16, true), bytes, 'its directory', damaged);
    return { view, count: tail.getUint16(at + 10, true) };
  }
  throw damaged('its directory is missing, so the file was cut off');
}

/** In the order of the directory; no two have the same name. */
export function readZipMembers(file: RandomAccessBytes, damaged: ZipFault): readonly ZipMember[] {
  const { view, count } = findDirectory(file, damaged);
  const names = new Set<string>();
  let at = 0;
  return Array.from({ length: count }, () => {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw damaged(`its directory has no entry at byte ${at}`);
    }
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    if (nameEnd > view.byteLength) throw damaged('a name reaches beyond its directory');
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

/** Whether it is stored as it is, or deflated; what is encrypted or packed otherwise nobody here reads. */
export function isReadable({ flags, method }: ZipMember): boolean {
  return (flags & ENCRYPTED_FLAG) === 0 && (method === STORED || method === DEFLATED);
}

/** Whether the member's bytes lie in the archive as they are. */
export function isStored({ method }: ZipMember): boolean {
  return method === STORED;
}

/** The packed bytes, where the local header says that they are. */
export function packedPart(file: RandomAccessBytes, member: ZipMember, damaged: ZipFault): RandomAccessBytes {
  const { localOffset, packedBytes } = member;
  const name = JSON.stringify(member.name);
  const local = viewAt(file, localOffset, LOCAL_BYTES, `member ${name}`, damaged);
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE)
    throw damaged(`member ${name} is not where its directory says`);
  const start = localOffset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  if (start + packedBytes > file.length) throw damaged(`member ${name} reaches beyond the end of the file`);
  if (isStored(member) && member.bytes !== packedBytes) throw damaged(`member ${name} has two lengths`);
  return { length: packedBytes, readAt: (at, into) => file.readAt(start + at, into), close() {} };
}

/** Refuses a size that the packed bytes cannot have. */
export function checkExpansion({ name, bytes, packedBytes }: ZipMember, damaged: ZipFault): void {
  if (bytes > packedBytes * MAX_EXPANSION)
    throw damaged(`member ${JSON.stringify(name)} cannot have ${counted(bytes, 'byte')}`);
}

/** All of a readable member, unpacked and verified; its size is the caller's to bound. */
export function unpackMember(file: RandomAccessBytes, member: ZipMember, damaged: ZipFault): Uint8Array {
  const name = JSON.stringify(member.name);
  checkExpansion(member, damaged);
  const packed = packedPart(file, member, damaged);
  const source = new Uint8Array(packed.length);
  packed.readAt(0, source);
  let content = source;
  if (!isStored(member)) {
    try {
      content = inflateSync(source, { out: new Uint8Array(member.bytes) });
    } catch (error) {
      throw damaged(`member ${name} cannot be unpacked`, error);
    }
  }
  if (content.length !== member.bytes || crc32(content) !== member.crc) {
    throw damaged(`member ${name} has a wrong checksum`);
  }
  return content;
}
