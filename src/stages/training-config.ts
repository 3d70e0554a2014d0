/** The `training` section of a project file: a recipe, and how training samples are changed. */

import * as z from 'zod';
import { augmentationSchema } from '../data/augmenting/index.ts';
import { projectRecipeSchema } from '../training/recipe.ts';

export const trainingSchema = projectRecipeSchema.safeExtend({
  augment: z
    .array(augmentationSchema)
    .max(16)
    .optional()
    .describe(
      'How training changes its samples, anew in every epoch, in this order: samples as they are prepared, so units are those of what the network sees.',
    ),
});
