/** The few members of a `.keras` file that are asked for by name. Nothing is unpacked before its size is known to be bearable. */

import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { bytesInMemory } from '../../core/random-access.ts';
import {
  checkExpansion,
  isReadable,
  readZipMembers,
  unpackMember,
  type ZipMember,
} from '../../core/zip/zip-members.ts';

/** Reads one member of at most `limit` bytes, or returns undefined where the archive has none of that name. */
export type ReadMember = (name: string, limit?: number) => Uint8Array | undefined;

const MAX_MEMBERS = 10_000;
const MAX_MEMBER_BYTES = 1 << 29;

function damaged(detail: string, cause?: unknown): TinymlError {
  return inputError(
    'bad-zip',
    `The .keras file is a damaged ZIP archive: ${detail}.`,
    'Copy or save the model file again.',
    cause,
  );
}

function tooLarge({ name, bytes }: ZipMember, limit: number): TinymlError {
  return unsupportedError(
    'model-too-large',
    `Member "${name}" of the .keras file has ${bytes} bytes, and at most ${limit} are read; no microcontroller holds such a model.`,
  );
}

function checkMember(member: ZipMember, limit: number): void {
  if (!isReadable(member)) {
    throw unsupportedError(
      'zip-method',
      `Member "${member.name}" of the .keras file is encrypted or packed in a way that Keras does not use.`,
      'Save the model again with "model.save".',
    );
  }
  if (member.bytes > MAX_MEMBER_BYTES) throw tooLarge(member, MAX_MEMBER_BYTES);
  // A size that cannot be is damage, not a large model.
  checkExpansion(member, damaged);
  if (member.bytes > limit) throw tooLarge(member, limit);
}

/** Throws `bad-zip` (input), and `zip-members`, `zip-method` and `model-too-large` (unsupported) when they are met. */
export function openZip(bytes: Uint8Array): ReadMember {
  const file = bytesInMemory(bytes);
  const members = readZipMembers(file, damaged);
  if (members.length > MAX_MEMBERS) {
    throw unsupportedError(
      'zip-members',
      `The archive has ${counted(members.length, 'member')}; models have a handful.`,
    );
  }
  const byName = new Map(members.map((member) => [member.name, member]));
  return (name, limit = MAX_MEMBER_BYTES) => {
    const member = byName.get(name);
    if (member === undefined) return undefined;
    checkMember(member, limit);
    return unpackMember(file, member, damaged);
  };
}
