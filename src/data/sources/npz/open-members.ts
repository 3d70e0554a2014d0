/** What the members of a `.npz` file hold. */

import { type TinymlError, unsupportedError } from '../../../core/errors.ts';
import { bytesInMemory, type RandomAccessBytes } from '../../../core/random-access.ts';
import {
  isReadable,
  isStored,
  packedPart,
  unpackMember,
  type ZipMember,
} from '../../../core/zip/zip-members.ts';
import { badData } from '../read-file.ts';

/** All unpacked members of an archive are in memory at once. */
const MAX_UNPACKED_BYTES = 2 ** 29;

export function damagedArchive(detail: string, cause?: unknown): TinymlError {
  return badData(`it is a damaged archive: ${detail}`, 'Save it again with numpy.savez.', cause);
}

/** Read where they lie if they are stored, else unpacked. Throws `bad-data`, and `too-large` (unsupported). */
export function openMembers(
  file: RandomAccessBytes,
  members: readonly ZipMember[],
): readonly RandomAccessBytes[] {
  const unpacked = members.reduce((sum, member) => sum + (isStored(member) ? 0 : member.bytes), 0);
  if (unpacked > MAX_UNPACKED_BYTES) {
    throw unsupportedError(
      'too-large',
      `its arrays have ${unpacked} bytes unpacked, and at most ${MAX_UNPACKED_BYTES} are held in memory`,
      'Save it with numpy.savez, which does not pack, or as .npy files: those are read piece by piece.',
    );
  }
  return members.map((member) => {
    if (!isReadable(member)) {
      throw unsupportedError(
        'zip-method',
        `member ${JSON.stringify(member.name)} is encrypted or packed in a way that NumPy does not use`,
        'Save it again with numpy.savez.',
      );
    }
    return isStored(member)
      ? packedPart(file, member, damagedArchive)
      : bytesInMemory(unpackMember(file, member, damagedArchive));
  });
}
