/** Reductions along axes in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';

/** Where the elements lie that fall upon one. */
const REDUCED: CDefinition = {
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

/** `sum_float(axes, divisor, input, output)`: sums, or with so many terms as divisor means. */
export const SUM_FLOAT: CDefinition = {
  name: 'sum_float',
  needs: [REDUCED],
  text: `/* Sums, divided. */
static void sum_float(const struct reduced *axes, float divisor, const float *input, float *output)
{
  int32_t to;
  int32_t row;
  int32_t i;

  for (to = 0; to < axes->outputs; to++) {
    const float *first = input + to * axes->output_step;
    float sum = 0.0f;

    for (row = 0; row < axes->rows; row++) {
      for (i = 0; i < axes->length; i++) {
        sum += first[i * axes->step];
      }
      first += axes->row_step;
    }
    output[to] = sum / divisor;
  }
}
`,
};

/** Where the search begins: float32 has infinities, but TFLM begins at the last finite number. */
const ENDS = {
  largest: { int8: '-128', float: '-3.40282347e+38f' },
  least: { int8: '127', float: '3.40282347e+38f' },
} as const;

/** `largest_int8(axes, input, output)` */
export const EXTREME = definitionsBy((which: keyof typeof ENDS, name: 'int8' | 'float'): CDefinition => {
  const type = name === 'int8' ? 'int8_t' : 'float';
  return {
    name: `${which}_${name}`,
    needs: [REDUCED],
    text: `static void ${which}_${name}(const struct reduced *axes, const ${type} *input, ${type} *output)
{
  int32_t to;
  int32_t row;
  int32_t i;

  for (to = 0; to < axes->outputs; to++) {
    const ${type} *first = input + to * axes->output_step;
    ${type} found = ${ENDS[which][name]};

    for (row = 0; row < axes->rows; row++) {
      for (i = 0; i < axes->length; i++) {
        if (first[i * axes->step] ${which === 'largest' ? '>' : '<'} found) {
          found = first[i * axes->step];
        }
      }
      first += axes->row_step;
    }
    output[to] = found;
  }
}
`,
  };
});

/** `arg_max_int8(outer, axis, inner, input, output)` */
export const ARG_EXTREME = definitionsBy(
  (which: 'arg_max' | 'arg_min', name: 'int8' | 'float'): CDefinition => {
    const type = name === 'int8' ? 'int8_t' : 'float';
    const better = which === 'arg_max' ? '>' : '<';
    return {
      name: `${which}_${name}`,
      text: `/* Of a tensor as [outer, axis, inner], where along the axis the ${which === 'arg_max' ? 'largest' : 'least'} is: the first of equal ones. */
static void ${which}_${name}(int32_t outer, int32_t axis, int32_t inner, const ${type} *input, int32_t *output)
{
  int32_t row;
  int32_t column;
  int32_t i;

  for (row = 0; row < outer; row++) {
    for (column = 0; column < inner; column++) {
      int32_t best = 0;

      for (i = 1; i < axis; i++) {
        if (input[i * inner + column] ${better} input[best * inner + column]) {
          best = i;
        }
      }
      *output++ = best;
    }
    input += axis * inner;
  }
}
`,
    };
  },
);
