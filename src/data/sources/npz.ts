/** NumPy's `.npz` files: arrays by name, with equally many rows, as columns. */

import * as z from 'zod';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { readZipMembers, type ZipMember } from '../../core/zip/zip-members.ts';
import { findColumn } from './find-column.ts';
import { readArrayLayout } from './npy/array-rows.ts';
import { openArrays } from './npy/array-source.ts';
import type { NamedArray } from './npy/array-table.ts';
import { damagedArchive, openMembers } from './npz/open-members.ts';
import { badData, lookAt } from './read-file.ts';
import type { Source } from './source.ts';

const npzFormatSchema = z.strictObject({
  arrays: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The arrays that are columns, by name; they have equally many rows. Default: all.'),
});
type NpzFormat = z.infer<typeof npzFormatSchema>;

const SUFFIX = '.npy';

function nameOf({ name }: ZipMember): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

/** The arrays that are columns, in the order in which they are asked for. */
function arraysOf(
  file: RandomAccessBytes,
  { arrays }: { readonly arrays?: readonly string[] | undefined },
): readonly NamedArray[] {
  const members = readZipMembers(file, damagedArchive);
  if (members.length === 0) throw badData('it holds no array', 'Save it with numpy.savez.');
  const named = members.map((member) => ({ name: nameOf(member) }));
  const wanted = arrays?.map((name) => members[findColumn(named, name)]) ?? members;
  const contents = openMembers(file, wanted);
  return wanted.map((member, i) => ({ name: nameOf(member), bytes: contents[i] }));
}

/** Names of the arrays with as many rows as the first has; undefined where that are all. */
function alike(file: RandomAccessBytes): readonly string[] | undefined {
  const arrays = arraysOf(file, {});
  const rows = arrays.map(({ bytes }) => readArrayLayout(bytes).rows);
  const chosen = arrays.filter((_, i) => rows[i] === rows[0]).map(({ name }) => name);
  return chosen.length === arrays.length ? undefined : chosen;
}

/** Columns by name, with the shape of the array behind its first axis. */
export const npzSource: Source<NpzFormat, 'npz'> = {
  name: 'npz',
  summary: 'Several arrays of NumPy in one file (.npz), each a column.',
  format: npzFormatSchema,
  recognizes: (head) => head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4,
  async sniff(files) {
    const [arrays] = lookAt(files.slice(0, 1), alike);
    return arrays === undefined ? {} : { arrays: [...arrays] };
  },
  open: async (files, format, context) =>
    openArrays(files, context, '.npz', (bytes, names) =>
      arraysOf(bytes, names === undefined ? format : { arrays: names }),
    ),
};
