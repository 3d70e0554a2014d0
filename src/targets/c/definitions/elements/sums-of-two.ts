/** Sums, differences and products of two quantized tensors in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';
import { pairLoop } from './element-loops.ts';

const SUM_OF_TWO: CDefinition = {
  name: 'sum_of_two',
  needs: [REQUANTIZE, CLAMP],
  text: `/*
 * Both operands are enlarged and brought to a scale that they have in common, and their sum to that of the output. The
 * second has a sign. Limits are those before the zero point is added.
 */
struct sum_of_two {
  int32_t enlarged;
  int32_t zero_a;
  int32_t multiplier_a;
  int32_t shift_a;
  int32_t zero_b;
  int32_t multiplier_b;
  int32_t shift_b;
  int32_t sign_b;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t in_common_scale(const struct sum_of_two *p, int32_t a, int32_t b)
{
  const int32_t term_a = requantize((a - p->zero_a) * p->enlarged, p->multiplier_a, p->shift_a);
  const int32_t term_b = requantize((b - p->zero_b) * p->enlarged, p->multiplier_b, p->shift_b);

  return term_a + p->sign_b * term_b;
}

static inline int32_t in_scale_of_output(const struct sum_of_two *p, int32_t x)
{
  return p->zero_out + clamp(requantize(x, p->multiplier, p->shift), p->least, p->most);
}
`,
};

type Width = 'int8' | 'int16';

/** `add_int8(p, a, step_a, b, step_b, output, count)`, which also subtracts. */
export const ADD_QUANTIZED = definitionsBy((type: Width) =>
  pairLoop({
    name: `add_${type}`,
    comment: 'a + b or a - b.',
    parameters: ['const struct sum_of_two *p'],
    a: `${type}_t`,
    b: `${type}_t`,
    output: `${type}_t`,
    result: `(${type}_t)in_scale_of_output(p, in_common_scale(p, *a, *b))`,
    needs: [SUM_OF_TWO],
  }),
);

const SQUARE: CDefinition = {
  name: 'square',
  text: `static inline int32_t square(int32_t x)
{
  return x * x;
}
`,
};

/** `squared_difference_int8(p, a, step_a, b, step_b, output, count)`, of a sum whose second operand is negative. */
export const SQUARED_DIFFERENCE_QUANTIZED = definitionsBy((type: Width) =>
  pairLoop({
    name: `squared_difference_${type}`,
    comment: '(a - b)^2',
    parameters: ['const struct sum_of_two *p'],
    a: `${type}_t`,
    b: `${type}_t`,
    output: `${type}_t`,
    result: `(${type}_t)in_scale_of_output(p, square(in_common_scale(p, *a, *b)))`,
    needs: [SUM_OF_TWO, SQUARE],
  }),
);

const PRODUCT: CDefinition = {
  name: 'product',
  needs: [REQUANTIZE, CLAMP],
  text: `/* Limits are those before the zero point is added. */
struct product {
  int32_t zero_a;
  int32_t zero_b;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t product(const struct product *p, int32_t a, int32_t b)
{
  const int32_t scaled = requantize((a - p->zero_a) * (b - p->zero_b), p->multiplier, p->shift);

  return p->zero_out + clamp(scaled, p->least, p->most);
}
`,
};

/** `multiply_int8(p, a, step_a, b, step_b, output, count)` */
export const MULTIPLY_QUANTIZED = definitionsBy((type: Width) =>
  pairLoop({
    name: `multiply_${type}`,
    comment: 'a * b',
    parameters: ['const struct product *p'],
    a: `${type}_t`,
    b: `${type}_t`,
    output: `${type}_t`,
    result: `(${type}_t)product(p, *a, *b)`,
    needs: [PRODUCT],
  }),
);
