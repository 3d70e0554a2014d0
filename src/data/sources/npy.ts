/** NumPy's `.npy` files: the first axis counts the rows of one column. */

import * as z from 'zod';
import { NPY_MARK } from '../records/npy-layout.ts';
import { openArrays } from './npy/array-source.ts';
import type { Source } from './source.ts';

const npyFormatSchema = z.strictObject({});
type NpyFormat = z.infer<typeof npyFormatSchema>;

const COLUMN = 'x0';

/** One column `x0` with the shape of the array behind its first axis; texts are a category. */
export const npySource: Source<NpyFormat, 'npy'> = {
  name: 'npy',
  summary: 'Arrays of NumPy (.npy): the first axis counts the rows.',
  format: npyFormatSchema,
  recognizes: (head) => NPY_MARK.every((byte, i) => head[i] === byte),
  async sniff() {
    return {};
  },
  open: async (files, _, context) => openArrays(files, context, '.npy', (bytes) => [{ name: COLUMN, bytes }]),
};
