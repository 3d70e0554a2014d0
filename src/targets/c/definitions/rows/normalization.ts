/** Rows of int8 to length 1, and log-softmax, in C: the twins of those in `kernels/int8/`. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, DIVIDE_BY_POWER, HIGH_MUL, REQUANTIZE } from '../arithmetic.ts';
import { EXP_OF_NEGATIVE, LEADING_ZEROS, ONE_OVER_ONE_PLUS, SHIFT_LEFT } from '../exponential.ts';

/** `GetInvSqrtQuantizedMultiplierExp` */
const INVERSE_ROOT: CDefinition = {
  name: 'inverse_root',
  needs: [DIVIDE_BY_POWER, HIGH_MUL, LEADING_ZEROS, SHIFT_LEFT],
  text: `/* A factor: multiplier * 2^(shift - 31). */
struct factor {
  int32_t multiplier;
  int32_t shift;
};

/* 1 / sqrt(x), by five steps of Newton's in 28 fractional bits. */
static struct factor inverse_root(int32_t x)
{
  struct factor factor = {INT32_MAX, 0};
  int32_t right = 11;
  int32_t root = INT32_C(1) << 28;
  int32_t pairs;
  int32_t half;
  int32_t step;

  if (x <= 1) {
    return factor;
  }
  while (x >= (INT32_C(1) << 29)) {
    x /= 4;
    right++;
  }
  pairs = (leading_zeros((uint32_t)x) - 1) / 2 - 1;
  right -= pairs;
  x = (int32_t)((uint32_t)x << (2 * pairs));
  half = divide_by_power(x >> 1, 1);
  for (step = 0; step < 5; step++) {
    const int32_t cube = shift_left(high_mul(high_mul(root, root), root), 6);
    root = shift_left(high_mul((INT32_C(1) << 28) + (INT32_C(1) << 27), root) - high_mul(half, cube), 3);
  }
  /* times sqrt(1/2) */
  factor.multiplier = high_mul(root, 1518500250);
  if (right < 0) {
    factor.multiplier = (int32_t)((uint32_t)factor.multiplier << -right);
  } else {
    factor.shift = -right;
  }
  return factor;
}
`,
};

export const L2_NORMALIZE_INT8: CDefinition = {
  name: 'l2_normalize_int8',
  needs: [INVERSE_ROOT, REQUANTIZE, CLAMP],
  text: `/* Rows divided by their lengths, in steps of 1/128. The output may lie where the input does. */
static void l2_normalize_int8(int32_t zero_in, int32_t depth, const int8_t *input, int8_t *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    uint32_t sum = 0;
    struct factor factor;

    for (i = 0; i < depth; i++) {
      const int32_t x = input[i] - zero_in;
      sum += (uint32_t)(x * x);
    }
    factor = inverse_root((int32_t)sum);
    for (i = 0; i < depth; i++) {
      output[i] = (int8_t)clamp(requantize(input[i] - zero_in, factor.multiplier, factor.shift + 7), -128, 127);
    }
    input += depth;
    output += depth;
  }
}
`,
};

/** `log_x_for_x_greater_than_or_equal_to_1` (lite/kernels/internal/common.h) */
const LOG_OF_SUM: CDefinition = {
  name: 'log_of_sum',
  needs: [DIVIDE_BY_POWER, HIGH_MUL, LEADING_ZEROS, ONE_OVER_ONE_PLUS, SHIFT_LEFT],
  text: `/* log(x), in 26 fractional bits, of x >= 1 in 19: the power of 2 by its bits, the rest by a quotient of polynomials. */
static int32_t log_of_sum(int32_t x)
{
  const int32_t root_of_half = 1518500250;
  const int32_t fourth_root_of_half = 1805811301;
  const int32_t quarter = INT32_C(1) << 23;
  const int32_t zeros = leading_zeros((uint32_t)x);
  const int32_t zeros_of_less = leading_zeros((uint32_t)high_mul(x, root_of_half)) - 1;
  const int32_t upper = shift_left(high_mul(shift_left(x, zeros - 1), root_of_half), 1);
  const int32_t lower = shift_left(x, zeros_of_less);
  const int32_t rest = upper < lower ? upper : lower;
  const int32_t power_of_upper = shift_left(12 - zeros, 25) + quarter;
  const int32_t power_of_lower = shift_left(12 - zeros_of_less, 25) - quarter;
  const int32_t power = power_of_upper > power_of_lower ? power_of_upper : power_of_lower;
  const int32_t p = (int32_t)(((uint32_t)rest + (uint32_t)fourth_root_of_half + 1u) >> 1);
  const int32_t q = (rest - fourth_root_of_half) * 2;
  const int32_t square = high_mul(q, q);
  const int32_t numerator = high_mul(q, rest) + high_mul(high_mul(q, square), 117049297);
  const int32_t polynomial = 1057819769 + q + high_mul(127690142, square);
  const int32_t denominator = high_mul(p, polynomial) + high_mul(638450708, q);
  const int32_t fraction = high_mul(divide_by_power(numerator, 6), one_over_one_plus(denominator));

  /* log(2) */
  return shift_left(high_mul(power, 1488522236) + fraction, 1);
}
`,
};

export const LOG_SOFTMAX_INT8: CDefinition = {
  name: 'log_softmax_int8',
  needs: [LOG_OF_SUM, EXP_OF_NEGATIVE, REQUANTIZE, CLAMP],
  text: `/* What rows of differences to their largest value become in 26 fractional bits, and the way back. */
struct log_softmax {
  int32_t depth;
  int32_t multiplier;
  int32_t shift;
  int32_t multiplier_back;
  int32_t shift_back;
  /* Below it, exp is taken for 0. */
  int32_t least_difference;
};

/* x - log of the sum of exp(x), in steps of 1/16. The output may lie where the input does. */
static void log_softmax_int8(const struct log_softmax *p, const int8_t *input, int8_t *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    int32_t largest = -128;
    int32_t sum = 0;
    int32_t least;
    int32_t lowest;

    for (i = 0; i < p->depth; i++) {
      if (input[i] > largest) {
        largest = input[i];
      }
    }
    for (i = 0; i < p->depth; i++) {
      const int32_t difference = input[i] - largest;
      if (difference >= p->least_difference) {
        /* in 19 fractional bits */
        sum += divide_by_power(exp_of_negative(requantize(difference, p->multiplier, p->shift)), 12);
      }
    }
    sum = log_of_sum(sum);
    lowest = requantize(sum + INT32_MIN, p->multiplier_back, p->shift_back);
    least = lowest > p->least_difference - 1 ? lowest : p->least_difference - 1;
    for (i = 0; i < p->depth; i++) {
      const int32_t difference = input[i] - largest;
      int32_t logarithm = -255;
      if (difference > least) {
        logarithm = divide_by_power(requantize(difference, p->multiplier, p->shift) - sum, 22);
      }
      output[i] = (int8_t)clamp(logarithm + 127, -128, 127);
    }
    input += p->depth;
    output += p->depth;
  }
}
`,
};
