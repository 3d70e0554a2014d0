/** The `training` section of a project file: a recipe, and how training samples are changed. */

import * as z from 'zod';
import { augmentationSchema } from '../data/augmenting/index.ts';
import { recipeSchema } from '../training/recipe.ts';

export const trainingSchema = recipeSchema.safeExtend({
  augment: z
    .array(augmentationSchema)
    .max(16)
    .optional()
    .describe(
      'How training changes its samples, anew in every epoch, in this order: samples as they are prepared, so units are those of what the network sees.',
    ),
});
