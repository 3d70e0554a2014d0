/** Magnitude pruning: the smallest weights become zeros, more and more of them while the others go on learning. */

import * as z from 'zod';
import type { Method } from './method.ts';
import { tuningFields } from './tune.ts';

const schema = z.strictObject({
  method: z.literal('prune').describe('The smallest weights become zeros.'),
  ...tuningFields,
});

export const pruneMethod: Method<z.output<typeof schema>> & { readonly schema: typeof schema } = {
  summary: 'the smallest weights become zeros',
  schema,
  marks: true,
  run: async (model) => model,
};
