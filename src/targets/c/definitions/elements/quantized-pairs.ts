/** Quotients, comparisons and PReLU of two quantized tensors in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, DIVIDE_BY_POWER, HIGH_MUL, REQUANTIZE } from '../arithmetic.ts';
import { LEADING_ZEROS, ONE_OVER_ONE_PLUS } from '../exponential.ts';
import { pairLoop } from './element-loops.ts';
import { CONDITIONS, type Condition } from './plain-pairs.ts';

const QUOTIENT: CDefinition = {
  name: 'quotient',
  needs: [CLAMP, DIVIDE_BY_POWER, HIGH_MUL, LEADING_ZEROS, ONE_OVER_ONE_PLUS],
  text: `/* Limits are those before the zero point is added. */
struct quotient {
  int32_t zero_a;
  int32_t zero_b;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

/* By the inverse of b, which is brought between 1/2 and 1; the shifts of all factors come last. */
static int32_t quotient(const struct quotient *p, int32_t a, int32_t b)
{
  const int32_t numerator = b < p->zero_b ? p->zero_a - a : a - p->zero_a;
  const int32_t denominator = b < p->zero_b ? p->zero_b - b : b - p->zero_b;
  const int32_t zeros = leading_zeros((uint32_t)denominator);
  const int32_t headroom = leading_zeros((uint32_t)(numerator < 0 ? ~numerator : numerator)) - 1;
  int32_t inverse;
  int32_t scaled;

  if (denominator == 0) {
    return p->zero_out + clamp(0, p->least, p->most);
  }
  inverse = one_over_one_plus((int32_t)(((uint32_t)denominator << zeros) & UINT32_C(0x7fffffff)));
  scaled = high_mul((int32_t)((uint32_t)numerator << headroom), inverse);
  scaled = divide_by_power(high_mul(scaled, p->multiplier), headroom + 31 - zeros - p->shift);
  return p->zero_out + clamp(scaled, p->least, p->most);
}
`,
};

export const DIVIDE_INT8 = pairLoop({
  name: 'divide_int8',
  comment: 'a / b; what is divided by 0, where TensorFlow Lite Micro stops, is 0.',
  parameters: ['const struct quotient *p'],
  a: 'int8_t',
  b: 'int8_t',
  output: 'int8_t',
  result: '(int8_t)quotient(p, *a, *b)',
  needs: [QUOTIENT],
});

const COMPARED: CDefinition = {
  name: 'compared',
  needs: [REQUANTIZE],
  text: `/* Of each operand, the way to steps of 1/256. */
struct compared {
  int32_t zero_a;
  int32_t multiplier_a;
  int32_t shift_a;
  int32_t zero_b;
  int32_t multiplier_b;
  int32_t shift_b;
};

static inline int32_t compared_a(const struct compared *p, int32_t a)
{
  return requantize((a - p->zero_a) * 256, p->multiplier_a, p->shift_a);
}

static inline int32_t compared_b(const struct compared *p, int32_t b)
{
  return requantize((b - p->zero_b) * 256, p->multiplier_b, p->shift_b);
}
`,
};

/** `less_int8(p, a, step_a, b, step_b, output, count)`: 1 where it holds of the real numbers, else 0. */
export const COMPARE_INT8 = definitionsBy((name: Condition) =>
  pairLoop({
    name: `${name}_int8`,
    comment: `${CONDITIONS[name].replaceAll('*', '')}, as real numbers`,
    parameters: ['const struct compared *p'],
    a: 'int8_t',
    b: 'int8_t',
    output: 'uint8_t',
    result: `${CONDITIONS[name].replace('*a', 'compared_a(p, *a)').replace('*b', 'compared_b(p, *b)')} ? 1 : 0`,
    needs: [COMPARED],
  }),
);

const SLOPED: CDefinition = {
  name: 'sloped',
  needs: [REQUANTIZE, CLAMP],
  text: `/* Limits are those before the zero point is added. */
struct prelu {
  int32_t zero_in;
  int32_t zero_slope;
  int32_t multiplier;
  int32_t shift;
  int32_t multiplier_below;
  int32_t shift_below;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t sloped(const struct prelu *p, int32_t x, int32_t slope)
{
  const int32_t centered = x - p->zero_in;
  const int32_t scaled = centered >= 0
      ? requantize(centered, p->multiplier, p->shift)
      : requantize(centered * (slope - p->zero_slope), p->multiplier_below, p->shift_below);

  return p->zero_out + clamp(scaled, p->least, p->most);
}
`,
};

/** `prelu_int8(p, input, step, slopes, step, output, count)`; slopes are int8. */
export const PRELU_QUANTIZED = definitionsBy((type: 'int8' | 'int16') =>
  pairLoop({
    name: `prelu_${type}`,
    comment: 'a, and where it is negative, a * b.',
    parameters: ['const struct prelu *p'],
    a: `${type}_t`,
    b: 'int8_t',
    output: `${type}_t`,
    result: `(${type}_t)sloped(p, *a, *b)`,
    needs: [SLOPED],
  }),
);
