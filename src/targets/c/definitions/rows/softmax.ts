/** Softmax of int8 in C: the twin of `kernels/int8/softmax.ts`. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, DIVIDE_BY_POWER, HIGH_MUL } from '../arithmetic.ts';
import { EXP_OF_NEGATIVE, LEADING_ZEROS, ONE_OVER_ONE_PLUS } from '../exponential.ts';

const SCALED_EXPONENTIAL: CDefinition = {
  name: 'scaled_exponential',
  needs: [HIGH_MUL, EXP_OF_NEGATIVE],
  text: `/* What rows of differences to their largest value become. */
struct softmax {
  int32_t depth;
  int32_t multiplier;
  int32_t left_shift;
  /* Below it, exp is taken for 0. */
  int32_t least_difference;
};

static int32_t scaled_exponential(const struct softmax *p, int32_t difference)
{
  if (difference < p->least_difference) {
    return 0;
  }
  return exp_of_negative(high_mul((int32_t)((uint32_t)difference << p->left_shift), p->multiplier));
}
`,
};

/** `softmax_to_8(p, input, output, rows)`, and of 16 bits. */
export const SOFTMAX_INT8 = definitionsBy((bits: '8' | '16'): CDefinition => {
  const half = 2 ** (Number(bits) - 1);
  return {
    name: `softmax_to_${bits}`,
    needs: [SCALED_EXPONENTIAL, CLAMP, DIVIDE_BY_POWER, LEADING_ZEROS, ONE_OVER_ONE_PLUS],
    text: `/* exp(x) / sum of exp(x) of each row. Exponentials are computed twice instead of stored. */
static void softmax_to_${bits}(const struct softmax *p, const int8_t *input, int${bits}_t *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    int32_t largest = -128;
    int32_t sum = 0;
    int32_t zeros;
    int32_t inverse;

    for (i = 0; i < p->depth; i++) {
      if (input[i] > largest) {
        largest = input[i];
      }
    }
    for (i = 0; i < p->depth; i++) {
      /* in 19 fractional bits */
      sum += divide_by_power(scaled_exponential(p, input[i] - largest), 12);
    }
    zeros = leading_zeros((uint32_t)sum);
    inverse = one_over_one_plus((int32_t)(((uint32_t)sum << zeros) - UINT32_C(0x80000000)));
    for (i = 0; i < p->depth; i++) {
      const int32_t share = high_mul(inverse, scaled_exponential(p, input[i] - largest));
      output[i] = (int${bits}_t)clamp(divide_by_power(share, ${43 - Number(bits)} - zeros) - ${half}, ${-half}, ${half - 1});
    }
    input += p->depth;
    output += p->depth;
  }
}
`,
  };
});
