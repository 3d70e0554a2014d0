import * as z from 'zod';

const JSON_LAYOUTS = ['lines', 'list', 'labels'] as const;

/** What a project file may say of JSON. */
export const jsonFormatSchema = z.strictObject({
  layout: z
    .enum(JSON_LAYOUTS)
    .default('list')
    .describe(
      'lines: a row on each line, an object or a list. list: one list of such rows. labels: an object with a list of samples, or {"data": samples}, for each label.',
    ),
});
export type JsonFormat = z.infer<typeof jsonFormatSchema>;
export type JsonLayout = JsonFormat['layout'];
