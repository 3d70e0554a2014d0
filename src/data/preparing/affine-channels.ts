/** Affine parameters of the channels that a step concerns; the others stay as they are. */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import type { Affine } from '../../core/samples/preparation.ts';
import type { Shape } from '../../core/tensor.ts';
import { channelCount } from './transforms/channel-values.ts';

/** What steps that treat channels alike may say. */
export const channelsOption = z
  .array(z.int().nonnegative())
  .min(1)
  .optional()
  .describe('Columns of the last axis that it concerns, counted from 0; all of them by default.');

/** For every channel whether it is concerned. Throws `bad-step` (usage) for one that samples do not have. */
export function concernedChannels(
  step: string,
  channels: readonly number[] | undefined,
  shape: Shape,
): readonly boolean[] {
  const count = channelCount(shape);
  const beyond = channels?.find((channel) => channel >= count);
  if (beyond !== undefined) {
    throw usageError(
      'bad-step',
      `The preparing step "${step}" names column ${beyond}, and the samples have ${count} at that point, counted from 0.`,
      'Give columns that there are, or leave "channels" out for all.',
    );
  }
  return Array.from({ length: count }, (_, channel) => channels === undefined || channels.includes(channel));
}

export interface ChannelAffine {
  readonly offset: number;
  readonly scale: number;
}

/** Rounded to float32. What cannot be a scale (a channel that never changes has none) becomes 1, no offset 0. */
export function affineOf(
  concerned: readonly boolean[],
  ofChannel: (channel: number) => ChannelAffine,
): Affine {
  const found = concerned.map((is, channel) => (is ? ofChannel(channel) : { offset: 0, scale: 1 }));
  const usable = (value: number): boolean => Number.isFinite(value);
  return {
    offset: found.map(({ offset }) => Math.fround(offset)).map((offset) => (usable(offset) ? offset : 0)),
    scale: found
      .map(({ scale }) => Math.fround(scale))
      .map((scale) => (usable(scale) && scale !== 0 ? scale : 1)),
  };
}
