/** Softmax of int8 and int16 in C: the twins of `kernels/int8/softmax.ts` and `kernels/int16/softmax.ts`. */

import { softmaxTables } from '../../../../kernels/int16/softmax.ts';
import { literalLines } from '../../../firmware/c-literal.ts';
import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, DIVIDE_BY_POWER, HIGH_MUL, REQUANTIZE } from '../arithmetic.ts';
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

function points(name: string, table: ArrayLike<number>): string {
  return `static const int16_t ${name}[${table.length}] = {\n${literalLines(Array.from(table, String), '  ')}};\n`;
}

const { exp, inverse } = softmaxTables();

const SOFTMAX_LINES: CDefinition = {
  name: 'softmax_lines',
  constantBytes: 2 * (exp.length + inverse.length),
  text: `/* exp(x) for x from -10 to 0, with 15 fractional bits, at the ends of 512 straight lines. */
${points('exp_points', exp)}
/* 1 / (1 + x) for x from 0 to 1, likewise. */
${points('inverse_points', inverse)}
/* The point below a value of int16, and the line from there. */
static inline int32_t on_line(const int16_t *points, int32_t value)
{
  const int32_t index = 256 + (value >> 7);
  const int32_t slope = points[index + 1] - points[index];

  return points[index] + ((slope * (value & 127) + 64) >> 7);
}
`,
};

/** `softmax_int16(depth, multiplier, shift, input, output, rows)` */
export const SOFTMAX_INT16: CDefinition = {
  name: 'softmax_int16',
  needs: [SOFTMAX_LINES, REQUANTIZE, CLAMP, LEADING_ZEROS],
  text: `/* exp(x) / sum of exp(x) of each row, with 15 fractional bits. The output may lie where the input does. */
static void softmax_int16(int32_t depth, int32_t multiplier, int32_t shift,
    const int16_t *input, int16_t *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    int32_t largest = -32768;
    int32_t sum = 0;
    int32_t zeros;
    int32_t one_and_rest;
    int32_t reciprocal;

    for (i = 0; i < depth; i++) {
      if (input[i] > largest) {
        largest = input[i];
      }
    }
    for (i = 0; i < depth; i++) {
      /* in steps of 10 / 65535 */
      const int32_t difference = clamp(requantize(input[i] - largest, multiplier, shift), -65535, 0);
      output[i] = (int16_t)on_line(exp_points, difference + 32767);
      sum += output[i];
    }
    /* The sum as a number from 1 to 2, with 16 fractional bits. */
    zeros = leading_zeros((uint32_t)sum);
    one_and_rest = (int32_t)((((uint32_t)sum << (zeros - 1)) + 8192u) >> 14);
    reciprocal = on_line(inverse_points, clamp(one_and_rest - 65536, 0, 65535) - 32768);
    for (i = 0; i < depth; i++) {
      const int32_t share = (output[i] * reciprocal + (INT32_C(1) << (30 - zeros))) >> (31 - zeros);
      output[i] = (int16_t)clamp(share, 0, 32767);
    }
    input += depth;
    output += depth;
  }
}
`,
};
