import * as z from 'zod';
import { type OneHotColumn, placeCount } from '../../../core/samples/preparation.ts';
import { elementCount } from '../../../core/tensor.ts';
import { channelCount } from './channel-values.ts';
import type { TransformRule } from './transform.ts';

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
  .refine(isPlaced, { error: 'the places must be 0, 1, … in any order, or −1, one for every text' });

export const oneHot: TransformRule<'one-hot'> = {
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
      : `names column ${beyond.column}, and the samples have ${channels} columns, counted from 0`;
  },
  apply({ columns }, shape) {
    const length = elementCount(shape);
    const channels = channelCount(shape);
    const categories = new Map(columns.map((one) => [one.column, { ...one, width: placeCount(one) }]));
    const rules = Array.from({ length: channels }, (_, channel) => categories.get(channel));
    const rows = length / channels;
    const outLength = rules.reduce((sum, rule) => sum + (rule?.width ?? 1), 0) * rows;
    return (values) => {
      // From the end: what is written lies behind what is still to be read.
      let to = outLength;
      for (let i = length - 1, channel = channels - 1; i >= 0; i--) {
        const value = values[i];
        const rule = rules[channel];
        if (rule === undefined) {
          values[--to] = value;
        } else {
          to -= rule.width;
          values.fill(0, to, to + rule.width);
          const place = Number.isInteger(value) ? (rule.places[value] ?? -1) : -1;
          if (place >= 0) values[to + place] = 1;
        }
        if (--channel < 0) channel = channels - 1;
      }
    };
  },
};
