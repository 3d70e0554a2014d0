/** Constants of pairs, one for each axis: paddings and crops. */

import { unsupportedError } from '../../../../core/errors.ts';
import { counted } from '../../../../core/figure-text.ts';
import type { IntegerConstant } from '../../codec.ts';

type Pair = readonly [number, number];

/** Throws where numbers are left over. */
export function pairsOf(values: readonly number[]): Pair[] {
  if (values.length % 2 !== 0) {
    throw unsupportedError('bad-attributes', `has ${counted(values.length, 'padding')}, which are not pairs`);
  }
  return Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
}

/** As the file stores them: [axes, 2]. */
export function pairs(values: readonly Pair[]): IntegerConstant {
  return { shape: [values.length, 2], values: values.flat() };
}
