import * as z from 'zod';
import type { OneHot } from '../../core/samples/preparation.ts';
import { concernedChannels } from './affine-channels.ts';
import type { PreparingStep } from './step.ts';

const category = z.strictObject({
  column: z.int().nonnegative().describe('Its place on the last axis, counted from 0.'),
  texts: z.array(z.string()).min(1).max(1000).describe('What its values stand for, from 0 on.'),
});

const options = z.strictObject({
  step: z.literal('one-hot').describe('A column of categories becomes one column of 0 and 1 for each.'),
  columns: z
    .array(category)
    .min(1)
    .refine((columns) => new Set(columns.map(({ column }) => column)).size === columns.length, {
      error: 'must be different columns',
    })
    .describe('The columns that hold categories.'),
});

/** Texts that training never saw get no column: its weights would stay what chance made them. */
function placesOf(seen: readonly boolean[]): number[] {
  let next = 0;
  const places = seen.map((is) => (is ? next++ : -1));
  // Nothing but missing values: one column, always 0.
  return next === 0 ? places.with(0, 0) : places;
}

export const oneHot: PreparingStep<typeof options, 'one-hot'> = {
  summary: 'categories to columns',
  options,
  becomes: 'one-hot',
  fit({ step, columns }, shape) {
    const channels = concernedChannels(
      step,
      columns.map(({ column }) => column),
      shape,
    ).length;
    const sorted = columns
      .map((one) => ({ ...one, seen: one.texts.map(() => false) }))
      .sort((a, b) => a.column - b.column);
    return {
      passes: 1,
      see(samples) {
        for (const { column, seen } of sorted) {
          for (let i = column; i < samples.length; i += channels) {
            const value = samples[i];
            if (value >= 0 && value < seen.length && Number.isInteger(value)) seen[value] = true;
          }
        }
      },
      endPass: () => undefined,
      parameters: (): OneHot => ({
        columns: sorted.map(({ column, texts, seen }) => ({ column, texts, places: placesOf(seen) })),
      }),
    };
  },
};
