/** The table of augmentations, how the project file asks for them, and what they come to for a training engine. */

import * as z from 'zod';
import type { Augmentation, Change, SampleFormat } from './augmentation.ts';
import { crop } from './crop.ts';
import { cutout } from './cutout.ts';
import { flip } from './flip.ts';
import { gain } from './gain.ts';
import { mixup } from './mixup.ts';
import { noise } from './noise.ts';
import { shift } from './shift.ts';
import { splice } from './splice.ts';
import { timeWarp } from './time-warp.ts';

export const AUGMENTATION_NAMES = [
  'noise',
  'gain',
  'shift',
  'time-warp',
  'flip',
  'crop',
  'cutout',
  'mixup',
  'splice',
] as const;
export type AugmentationName = (typeof AUGMENTATION_NAMES)[number];

export const AUGMENTATIONS = {
  noise,
  gain,
  shift,
  'time-warp': timeWarp,
  flip,
  crop,
  cutout,
  mixup,
  splice,
} as const satisfies Record<AugmentationName, unknown>;

/** One augmentation as the project file asks for it; its member `type` names it. */
export const augmentationSchema = z.discriminatedUnion('type', [
  noise.options,
  gain.options,
  shift.options,
  timeWarp.options,
  flip.options,
  crop.options,
  cutout.options,
  mixup.options,
  splice.options,
]);

export type AugmentationInput = z.input<typeof augmentationSchema>;
export type AugmentationOptions = z.output<typeof augmentationSchema>;

/** The one place that forgets which row belongs to which options: `type` has chosen it. */
function augmentationOf({ type }: AugmentationOptions): Augmentation<z.ZodType<AugmentationOptions>> {
  return AUGMENTATIONS[type] as Augmentation<z.ZodType<AugmentationOptions>>;
}

/** All of them, in their order. Throws `bad-augmentation` (usage) for one that the samples have no place for. */
export function createAugment(augmentations: readonly AugmentationOptions[], format: SampleFormat): Change {
  const changes = augmentations.map((options) => augmentationOf(options).prepare(options, format));
  return (x, y, random, partners) => {
    for (const change of changes) change(x, y, random, partners);
  };
}
