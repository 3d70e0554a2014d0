/** What a project file may say of a table of text. */

import * as z from 'zod';

export const DATE_ORDERS = ['iso', 'day-month-year', 'month-day-year'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** Texts that mean that there is no value; capitals count. */
export const MISSING_TEXTS = [
  '',
  'NA',
  'N/A',
  'n/a',
  'NaN',
  'nan',
  '-nan',
  'null',
  'NULL',
  'None',
  '#N/A',
  '?',
  '-',
] as const;

export const csvFormatSchema = z.strictObject({
  delimiter: z
    .string()
    .regex(/^[\t -~]$/, 'one character of ASCII')
    .regex(/^[^"A-Za-z0-9.+-]$/, 'a character that no number and no name begins with')
    .default(',')
    .describe('What stands between two values: one character, "\\t" for a tab.'),
  decimal: z.enum(['.', ',']).default('.').describe('What stands in front of the decimals of a number.'),
  header: z.boolean().default(true).describe('Whether the first row names the columns.'),
  missing: z
    .array(z.string())
    .default([...MISSING_TEXTS])
    .describe('Texts that mean that there is no value.'),
  dates: z
    .enum(DATE_ORDERS)
    .default('iso')
    .describe('The order in dates such as 10/03/2004; those that begin with the year are always read.'),
  rate: z
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe('Rows in a second, where they are readings of a sensor.'),
});

export type CsvFormat = z.infer<typeof csvFormatSchema>;
