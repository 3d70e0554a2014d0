/** The `training` section of a project file: a recipe, how training samples are changed, and what makes the model smaller. */

import * as z from 'zod';
import { augmentationSchema } from '../data/augmenting/index.ts';
import { type Compression, compressionSchema, orderFault } from '../training/compress/index.ts';
import { projectRecipeSchema } from '../training/recipe.ts';

/** Methods in the order in which they run. */
export const compressionsSchema = z
  .array(compressionSchema)
  .max(16)
  .refine((list) => orderFault(list) === undefined, {
    error: ({ input }) => orderFault(input as Compression[]),
  });

export const trainingSchema = projectRecipeSchema.safeExtend({
  augment: z
    .array(augmentationSchema)
    .max(16)
    .optional()
    .describe(
      'How training changes its samples, anew in every epoch, in this order: samples as they are prepared, so units are those of what the network sees.',
    ),
  compress: compressionsSchema
    .optional()
    .describe('What makes the trained model smaller, in this order, each on what the one before it left.'),
});
