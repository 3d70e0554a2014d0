import * as z from 'zod';
import { counted } from '../../../core/figure-text.ts';
import { type OneHotColumn, placeCount, rowsOf } from '../../../core/samples/preparation.ts';
import { channelCount } from './channel-values.ts';
import type { RowRule } from './transform.ts';

/** The places are 0, 1, … and nothing else but −1. */
function isPlaced({ texts, places }: OneHotColumn): boolean {
  const used = places.filter((place) => place >= 0).sort((a, b) => a - b);
  return texts.length === places.length && used.length > 0 && used.every((place, index) => place === index);
}

const column = z
  .strictObject({
    column: z.int().nonnegative(),
    texts: z.array(z.string()),
    places: z.array(z.int().min(-1)),
  })
  .refine(isPlaced, {
    error: 'the places must be 0, 1, … in any order, or −1, one for every text',
  });

export const oneHot: RowRule<'one-hot'> = {
  parameters: z.strictObject({
    columns: z
      .array(column)
      .min(1)
      .refine((columns) => columns.every((one, i) => i === 0 || one.column > columns[i - 1].column), {
        error: 'must be in ascending order',
      }),
  }),
  misfit({ columns }, shape) {
    const channels = channelCount(shape);
    const beyond = columns.find((one) => one.column >= channels);
    return beyond === undefined
      ? undefined
      : `names column ${beyond.column}, and the samples have ${counted(channels, 'column')}, counted from 0`;
  },
  rows({ columns }, shape) {
    const { width } = rowsOf(shape);
    const channels = channelCount(shape);
    const categories = new Map(columns.map((one) => [one.column, { ...one, width: placeCount(one) }]));
    const rules = Array.from({ length: channels }, (_, channel) => categories.get(channel));
    const wider = rules.reduce((sum, rule) => sum + (rule?.width ?? 1), 0) * (width / channels);
    return {
      // From the end: what is written lies behind what is still to be read.
      compute(from, at, into, to) {
        let end = to + wider;
        for (let i = width - 1, channel = channels - 1; i >= 0; i--) {
          const value = from[at + i];
          const rule = rules[channel];
          if (rule === undefined) {
            into[--end] = value;
          } else {
            end -= rule.width;
            into.fill(0, end, end + rule.width);
            const place = Number.isInteger(value) ? (rule.places[value] ?? -1) : -1;
            if (place >= 0) into[end + place] = 1;
          }
          if (--channel < 0) channel = channels - 1;
        }
      },
    };
  },
};
