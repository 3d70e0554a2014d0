/** How the project file asks for the features of another tool: by their name, instead of a list of steps. */

import * as z from 'zod';
import { PRESET_NAMES } from './preset-names.ts';

export const presetStep = z.strictObject({
  step: z.literal('preset').describe('The features of another tool, by name; "tinyml features" draws them.'),
  name: z.enum(PRESET_NAMES).describe('Whose.'),
  rate: z
    .number()
    .min(1)
    .max(1e6)
    .optional()
    .describe('Readings in a second, as they reach this step. Default: as it is usual there.'),
});
