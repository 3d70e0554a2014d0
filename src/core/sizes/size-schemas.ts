/** Sizes and counts in the project file: a number, or text such as "64k"; once parsed they are numbers. */

import * as z from 'zod';
import { parseByteSize, parseCount, SIZE_PATTERN } from './sizes.ts';

function size(parse: (text: string) => number | undefined, error: string) {
  return z
    .union([z.int().nonnegative(), z.string().regex(SIZE_PATTERN, { error })], { error })
    .transform((value, context) => {
      const parsed = typeof value === 'number' ? value : parse(value);
      if (parsed !== undefined) return parsed;
      context.addIssue(error);
      return z.NEVER;
    });
}

/** Bytes: k is 1024. */
export const byteSize = () => size(parseByteSize, 'must be a whole number of bytes, such as 65536 or "64k"');

/** Of anything else: k is 1000. */
export const bigCount = () => size(parseCount, 'must be a whole number, such as 5000000 or "5M"');
