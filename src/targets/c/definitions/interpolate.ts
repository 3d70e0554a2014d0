/** Bilinear interpolation: the twins of `kernels/float/resize_bilinear.ts` and `kernels/int8/resize_bilinear.ts`. */

import type { CDefinition } from '../c-code.ts';
import { NO_CONTRACTION } from './real-arithmetic.ts';

const BETWEEN: CDefinition = {
  name: 'struct between',
  text: `/* Where the two neighbours of a place begin, along one axis of the image. */
struct between {
  int32_t lower;
  int32_t upper;
};
`,
};

interface Mix {
  readonly needs: readonly CDefinition[];
  readonly comment: string;
  readonly element: 'float' | 'int8_t';
  readonly fraction: 'float' | 'int32_t';
  readonly mixed: 'double' | 'int32_t';
  /** What a neighbour is multiplied by, of a fraction, and what its opposite is. */
  part(fraction: string): string;
  rest(fraction: string): string;
  /** A neighbour as a number to be multiplied. */
  read(neighbour: string): string;
  /** Of `mixed`. */
  readonly result: string;
}

function interpolate(name: string, code: Mix): CDefinition {
  const { needs, comment, element, fraction, mixed, part, rest, read, result } = code;
  const between = (low: string, high: string, at: string): string =>
    `${low} * ${rest(at)} + ${high} * ${part(at)}`;
  const column = (side: string): string =>
    between(read(`low[${side} + channel]`), read(`high[${side} + channel]`), 'row_parts[y]');
  return {
    name,
    needs: [BETWEEN, ...needs],
    text: `/* ${comment} */
static void ${name}(const struct between *rows, const ${fraction} *row_parts, int32_t height, const struct between *columns,
    const ${fraction} *column_parts, int32_t width, int32_t channels, const ${element} *input, ${element} *output)
{
  for (int32_t y = 0; y < height; y++) {
    const ${element} *low = input + rows[y].lower;
    const ${element} *high = input + rows[y].upper;

    for (int32_t x = 0; x < width; x++) {
      for (int32_t channel = 0; channel < channels; channel++) {
        const ${mixed} left = ${column('columns[x].lower')};
        const ${mixed} right = ${column('columns[x].upper')};
        const ${mixed} mixed = ${between('left', 'right', 'column_parts[x]')};

        *output++ = ${result};
      }
    }
  }
}
`,
  };
}

/** `interpolate_float(rows, row_parts, height, columns, column_parts, width, channels, input, output)` */
export const INTERPOLATE_FLOAT = interpolate('interpolate_float', {
  needs: [NO_CONTRACTION],
  comment: 'In double precision, rounded once.',
  element: 'float',
  fraction: 'float',
  mixed: 'double',
  part: (at) => `(double)${at}`,
  rest: (at) => `(1.0 - (double)${at})`,
  read: (neighbour) => `(double)${neighbour}`,
  result: '(float)mixed',
});

/** `interpolate_int8(rows, row_parts, height, columns, column_parts, width, channels, input, output)`, parts in 2^-10 */
export const INTERPOLATE_INT8 = interpolate('interpolate_int8', {
  needs: [],
  comment: 'Parts in 2^-10; rounded to the nearest, ties away from zero.',
  element: 'int8_t',
  fraction: 'int32_t',
  mixed: 'int32_t',
  part: (at) => at,
  rest: (at) => `(1024 - ${at})`,
  read: (neighbour) => neighbour,
  result: '(int8_t)((mixed + (mixed > 0 ? 524288 : -524288)) / 1048576)',
});
