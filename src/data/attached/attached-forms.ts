/** Files of which a table names one in each row: what a project file says of them, and what a row has of each. */

import * as z from 'zod';
import type { Shape } from '../../core/tensor.ts';
import { csvFormatSchema } from '../sources/csv/csv-format.ts';
import { imagesFormat, MOST_PIXELS } from '../sources/images.ts';
import { MAX_RATE } from '../sources/wav/wav-layout.ts';
import { MAX_SECONDS, wavFormat } from '../sources/wav.ts';

const column = z
  .string()
  .min(1)
  .describe('The column that names the file of each row, from the folder of the table on.');

const side = (what: string) => z.int().min(1).max(MOST_PIXELS).describe(`Pixels ${what}.`);

/** Every file comes to the same shape, so nothing of the form is left to the files. */
export const ATTACHED_FORMS = {
  wav: {
    source: z.literal('wav').describe('A recording for each row, as a WAV file: [samples, channels].'),
    column,
    format: wavFormat.extend({
      rate: z
        .int()
        .min(1)
        .max(MAX_RATE)
        .describe('Samples in a second; files of another rate are resampled.'),
      seconds: z
        .number()
        .positive()
        .max(MAX_SECONDS)
        .describe('Every file is cut to this length, or silence follows it.'),
    }),
  },
  images: {
    source: z
      .literal('images')
      .describe('A picture for each row, as a PNG, JPEG or BMP file: [height, width, channels].'),
    column,
    format: imagesFormat.extend({
      width: side('from left to right'),
      height: side('from top to bottom'),
      channels: z
        .union([z.literal(1), z.literal(3)])
        .describe('1: grey (the luma of BT.601). 3: red, green and blue.'),
    }),
  },
  csv: {
    source: z.literal('csv').describe('A series for each row, as a table of its own: [length, features].'),
    column,
    features: z.array(z.string().min(1)).min(1).describe('The columns of these files, in this order.'),
    length: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe('The first so many rows of every file; one that has fewer cannot be read.'),
    format: csvFormatSchema.prefault({}),
  },
} as const;

export type AttachedName = keyof typeof ATTACHED_FORMS;
export const ATTACHED_NAMES = Object.keys(ATTACHED_FORMS) as readonly AttachedName[];

type Output<Fields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends z.ZodType ? z.output<Fields[Name]> : never;
};

/** What a project file says of the files that one column names. */
export type AttachedForm = { [Name in AttachedName]: Output<(typeof ATTACHED_FORMS)[Name]> }[AttachedName];

/** Of what a row has of its file, in C order. */
export function attachedShape(form: AttachedForm): Shape {
  switch (form.source) {
    case 'wav': {
      const { rate, seconds, channels } = form.format;
      return [Math.max(1, Math.round(seconds * rate)), channels === 'mono' ? 1 : 2];
    }
    case 'images':
      return [form.format.height, form.format.width, form.format.channels];
    case 'csv':
      return [form.length, form.features.length];
  }
}
