/** Numbers as texts write them: decimal, with a point or a comma. */

import type { CsvFormat } from './csv-format.ts';

export type DecimalMark = CsvFormat['decimal'];

const NUMBERS: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/,
  ',': /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/,
};
const INFINITE = /^[+-]?inf(?:inity)?$/i;

/** NaN where the text is no number. What is beyond the range of a double, or says `inf`, is infinite. */
export function numberOf(text: string, decimal: DecimalMark): number {
  const trimmed = text.trim();
  if (NUMBERS[decimal].test(trimmed)) return Number(decimal === '.' ? trimmed : trimmed.replace(',', '.'));
  if (!INFINITE.test(trimmed)) return Number.NaN;
  return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
