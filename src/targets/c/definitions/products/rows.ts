/** One vector of activations times rows of weights. */

import type { CDefinition } from '../../c-code.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { FINISH_SUFFIX, FINISHES, forFinishes } from './finish.ts';
import { ADD_FOURS, ADD_PRODUCT, LOAD_FOURS, TAKE_FOURS, TAKE_WEIGHTS } from './fours.ts';

const FOUR_ROWS: CDefinition = {
  name: 'struct four_rows',
  needs: [TAKE_WEIGHTS, ADD_FOURS],
  text: `/* Sums of four rows. */
struct four_rows {
  int32_t sum0;
  int32_t sum1;
  int32_t sum2;
  int32_t sum3;
};

/* Four activations times four weights of each row. */
static ALWAYS_INLINE void add_rows(fours x, const int8_t **weights, struct four_rows *sums)
{
  fours w0, w1;
  take_weights(weights, &w0, &w1);
  sums->sum0 = add_fours(x, w0, sums->sum0);
  sums->sum1 = add_fours(x, w1, sums->sum1);
  take_weights(weights, &w0, &w1);
  sums->sum2 = add_fours(x, w0, sums->sum2);
  sums->sum3 = add_fours(x, w1, sums->sum3);
}
`,
};

/** `multiply_rows`. Weights as `packRows` lays them out. */
export const MULTIPLY_ROWS = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_rows${suffix}`,
    needs: [NEVER_INLINE, FOUR_ROWS, TAKE_FOURS, LOAD_FOURS, ADD_PRODUCT, FINISHES[kind]],
    text: `/*
 * One output for each row. Of four rows, four weights of each stand in turn, then those of their ends one by one; rows
 * that are left over stand as they are.
 */
static NEVER_INLINE void multiply_rows${suffix}(const struct rows *rows, const int8_t *input, int8_t *output)
{
  const struct rows all = *rows;
  const int8_t *weights = all.weights;
  const struct channel *channel = all.channels;
  int32_t row = 0;
  int32_t i;

  for (; row + 4 <= all.count; row += 4) {
    const int8_t *x = input;
    struct four_rows sums = {channel[0].bias, channel[1].bias, channel[2].bias, channel[3].bias};

    for (i = all.length >> 4; i > 0; i--) {
      add_rows(take_fours(&x), &weights, &sums);
      add_rows(take_fours(&x), &weights, &sums);
      add_rows(take_fours(&x), &weights, &sums);
      add_rows(take_fours(&x), &weights, &sums);
    }
    for (i = all.length & 12; i > 0; i -= 4) {
      add_rows(take_fours(&x), &weights, &sums);
    }
    for (i = all.length & 3; i > 0; i--) {
      sums.sum0 = add_product(*x, weights[0], sums.sum0);
      sums.sum1 = add_product(*x, weights[1], sums.sum1);
      sums.sum2 = add_product(*x, weights[2], sums.sum2);
      sums.sum3 = add_product(*x, weights[3], sums.sum3);
      weights += 4;
      x++;
    }
    output[0] = (int8_t)finish${suffix}(&all, &channel[0], sums.sum0);
    output[1] = (int8_t)finish${suffix}(&all, &channel[1], sums.sum1);
    output[2] = (int8_t)finish${suffix}(&all, &channel[2], sums.sum2);
    output[3] = (int8_t)finish${suffix}(&all, &channel[3], sums.sum3);
    channel += 4;
    output += 4;
  }
  for (; row < all.count; row++) {
    int32_t sum = channel->bias;

    for (i = 0; i + 4 <= all.length; i += 4) {
      sum = add_fours(load_fours(&input[i]), load_fours(weights), sum);
      weights += 4;
    }
    for (; i < all.length; i++) {
      sum = add_product(input[i], *weights++, sum);
    }
    *output++ = (int8_t)finish${suffix}(&all, channel++, sum);
  }
}
`,
  };
});
