/**
 * Sums and products of two int8 tensors in C whose factors to the scale of the output are below a half, so that no number leaves
 * 30 bits: the same bits as of `sums-of-two.ts`, in fewer instructions.
 */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, HIGH_MUL_BOUNDED, HIGH_MUL_DOUBLED } from '../arithmetic.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { HALF_AS_INT8 } from '../products/finish.ts';
import { pairLoop } from './element-loops.ts';

const TO_OUTPUT: CDefinition = {
  name: 'to_output',
  needs: [HIGH_MUL_BOUNDED, CLAMP],
  text: `/* The way of numbers below 2^30 to the output: * multiplier / 2^(32 + shift), and the zero point. */
struct to_output {
  int32_t multiplier;
  int32_t shift;
  int32_t rounding; /* Twice the zero point, and one. */
  int32_t least;
  int32_t most;
};

/* Rounded twice: the product as it is, then away from zero where it lies between two integers. */
static inline int8_t to_output(const struct to_output *p, int32_t x)
{
  const int32_t product = high_mul_bounded(x, p->multiplier);
  const int32_t twice = (product + (product >> 31)) >> p->shift;

  return (int8_t)clamp((twice + p->rounding) >> 1, p->least, p->most);
}
`,
};

const BOUNDED_SUM: CDefinition = {
  name: 'bounded_sum',
  needs: [HIGH_MUL_BOUNDED],
  text: `/* Two numbers in the scale that they have in common, which the first needs no rounding for. The second has a sign. */
struct bounded_sum {
  int32_t factor_a;
  int32_t offset_a;
  int32_t factor_b;
  int32_t offset_b;
  int32_t multiplier_b;
  int32_t shift_b;
  int32_t sign_b;
};

static inline int32_t bounded_sum(const struct bounded_sum *p, int32_t a, int32_t b)
{
  const int32_t product = high_mul_bounded(b * p->factor_b + p->offset_b, p->multiplier_b);
  const int32_t twice = (product + (product >> 31)) >> p->shift_b;

  return a * p->factor_a + p->offset_a + p->sign_b * ((twice + 1) >> 1);
}
`,
};

export const ADD_BOUNDED = pairLoop({
  name: 'add_bounded',
  comment: 'Sums and differences; the first operand is that of the larger scale.',
  parameters: ['const struct bounded_sum *p', 'const struct to_output *end'],
  a: 'int8_t',
  b: 'int8_t',
  output: 'int8_t',
  result: 'to_output(end, bounded_sum(p, *a, *b))',
  needs: [BOUNDED_SUM, TO_OUTPUT],
});

/** `add_elementwise(p, a, b, output, count)`, where both operands have all elements of the output, which may be any int8. */
export const ADD_ELEMENTWISE: CDefinition = {
  name: 'add_elementwise',
  needs: [NEVER_INLINE, HIGH_MUL_DOUBLED, HALF_AS_INT8],
  text: `/* Two numbers that are brought to the scale of the first, and their sum to that of the output. */
struct elementwise_sum {
  int32_t offset_b;
  int32_t multiplier_b;
  int32_t shift_b;
  int32_t offset; /* What both zero points add, doubled, and one. */
  int32_t multiplier;
  int32_t shift;
  int32_t rounding; /* Twice the zero point, and one. */
};

/*
 * a + b; a is that of the larger scale, which needs no rounding. All numbers on the way are twice what they stand for, so that
 * half of one is rounded by what is added to it before it is halved. The output may lie where an operand does.
 */
static NEVER_INLINE void add_elementwise(const struct elementwise_sum *numbers, const int8_t *a, const int8_t *b,
                                         int8_t *output, int32_t count)
{
  const struct elementwise_sum p = *numbers;
  const int8_t *const end = a + count;

  while (a != end) {
    int32_t x = high_mul_doubled(*b++ * 0x200000 + p.offset_b, p.multiplier_b);
    x = (x + (x >> 31)) >> p.shift_b;
    x = ((x + p.offset) & ~1) + *a++ * 0x100000;
    x = high_mul_doubled(x, p.multiplier);
    x = (x + (x >> 31)) >> p.shift;
    *output++ = (int8_t)half_as_int8(x + p.rounding);
  }
}
`,
};

export const MULTIPLY_BOUNDED = pairLoop({
  name: 'multiply_bounded',
  comment: '(a - zero_a) * (b - zero_b)',
  parameters: ['const struct to_output *p', 'int32_t zero_a', 'int32_t zero_b'],
  a: 'int8_t',
  b: 'int8_t',
  output: 'int8_t',
  result: 'to_output(p, (*a - zero_a) * (*b - zero_b))',
  needs: [TO_OUTPUT],
});
