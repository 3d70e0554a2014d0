/** The arrays of a `.npz` file as records, by their names. */

import { withErrorContext } from '../../core/errors.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { readZipMembers } from '../../core/zip/zip-members.ts';
import { damagedArchive, openMembers } from '../sources/npz/open-members.ts';
import { openNpyRecords, type RecordSource } from './records.ts';

const SUFFIX = /\.npy$/;

/** How every zip archive with a member begins. */
const ZIP_MARK = [0x50, 0x4b, 3, 4];

/** Whether it is an archive, which a `.npz` file is; nothing is said of what is in it. */
export function isNpz(file: RandomAccessBytes): boolean {
  const head = new Uint8Array(Math.min(ZIP_MARK.length, file.length));
  file.readAt(0, head);
  return ZIP_MARK.every((byte, index) => head[index] === byte);
}

/**
 * `where` names the file in errors. Throws `bad-data`, `bad-npy` (input), `too-large`, `zip-method`, `npy-…` (unsupported). The
 * records read from `file` until it is closed by whoever opened it.
 */
export function openNpzRecords(file: RandomAccessBytes, where: string): ReadonlyMap<string, RecordSource> {
  return withErrorContext(where, () => {
    const members = readZipMembers(file, damagedArchive);
    const contents = openMembers(file, members);
    return new Map(
      members.map((member, index) => {
        const name = member.name.replace(SUFFIX, '');
        return [name, openNpyRecords(contents[index], `array ${JSON.stringify(name)}`)] as const;
      }),
    );
  });
}
