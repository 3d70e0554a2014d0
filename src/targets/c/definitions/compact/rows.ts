/** Rows of int8 weights in the fewest bytes of code and constants: one element after another. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';
import { NEVER_INLINE } from '../inlining.ts';

/** `add_products` and `end_of_row`, which all loops over such rows share. */
export const COMPACT_ROWS: CDefinition = {
  name: 'struct compact_rows',
  needs: [NEVER_INLINE, REQUANTIZE, CLAMP],
  text: `/* Rows of weights, each for one channel of the output, and the way from sums to the scale of the output. */
struct compact_rows {
  const int8_t *weights;
  const int32_t *biases;
  const int32_t *multipliers;
  const int8_t *shifts;
  int32_t count;
  int32_t length;
  int8_t scalings; /* 1 where each row has its own multiplier and shift, 0 where all have the first. */
  int8_t zero_in;
  int8_t zero_out;
  int8_t least;
  int8_t most;
};

/* sum + the products of activations and weights, modulo 2^32 */
static NEVER_INLINE uint32_t add_products(uint32_t sum, const int8_t *x, int32_t zero, const int8_t *weights, int32_t count)
{
  while (--count >= 0) {
    sum += (uint32_t)((x[count] - zero) * weights[count]);
  }
  return sum;
}

/* The output that the sum of a row's products is. */
static NEVER_INLINE int8_t end_of_row(const struct compact_rows *rows, int32_t row, uint32_t sum)
{
  const int32_t at = row * rows->scalings;
  const int32_t biased = (int32_t)(sum + (uint32_t)rows->biases[row]);

  return (int8_t)clamp(requantize(biased, rows->multipliers[at], rows->shifts[at]) + rows->zero_out, rows->least, rows->most);
}
`,
};

/** `multiply_compact(rows, input, output)` */
export const MULTIPLY_COMPACT: CDefinition = {
  name: 'multiply_compact',
  needs: [COMPACT_ROWS],
  text: `/* One output for each row. */
static void multiply_compact(const struct compact_rows *rows, const int8_t *input, int8_t *output)
{
  const int8_t *weights = rows->weights;
  int32_t row;

  for (row = 0; row < rows->count; row++) {
    *output++ = end_of_row(rows, row, add_products(0, input, rows->zero_in, weights, rows->length));
    weights += rows->length;
  }
}
`,
};
