/** Reductions along axes in C. */

import { type CDefinition, definitionsBy } from '../c-code.ts';
import { CLAMP, REQUANTIZE } from './arithmetic.ts';

/** Where the elements lie that fall upon one. */
export const REDUCED: CDefinition = {
  name: 'reduced',
  text: `/* So many outputs, each of as many rows of elements: how many there are, and how far apart they lie. */
struct reduced {
  int32_t outputs;
  int32_t output_step;
  int32_t rows;
  int32_t row_step;
  int32_t length;
  int32_t step;
};
`,
};

const SUM_PARAMETERS: CDefinition = {
  name: 'quantized_sum',
  text: `/* What is taken from a sum, and its way to the output. Limits are those before the zero point is added. */
struct quantized_sum {
  int32_t zero_points;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};
`,
};

/** `sum_int8(axes, p, input, output)`: sums or means, as the multiplier says. */
export const SUM_QUANTIZED = definitionsBy(
  (type: 'int8' | 'int16'): CDefinition => ({
    name: `sum_${type}`,
    needs: [REDUCED, SUM_PARAMETERS, REQUANTIZE, CLAMP],
    text: `/* Sums or, with a division in the multiplier, means. */
static void sum_${type}(const struct reduced *axes, const struct quantized_sum *p,
    const ${type}_t *input, ${type}_t *output)
{
  int32_t to;
  int32_t row;
  int32_t i;

  for (to = 0; to < axes->outputs; to++) {
    const ${type}_t *first = input + to * axes->output_step;
    int32_t sum = 0;

    for (row = 0; row < axes->rows; row++) {
      for (i = 0; i < axes->length; i++) {
        sum += first[i * axes->step];
      }
      first += axes->row_step;
    }
    sum = (int32_t)((uint32_t)sum - (uint32_t)p->zero_points);
    output[to] = (${type}_t)(p->zero_out + clamp(requantize(sum, p->multiplier, p->shift), p->least, p->most));
  }
}
`,
  }),
);
