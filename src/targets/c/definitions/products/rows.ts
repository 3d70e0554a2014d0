/** One vector of activations times rows of weights. */

import type { CDefinition } from '../../c-code.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { FINISH_SUFFIX, FINISHES } from './finish.ts';
import { ADD_FOURS, ADD_PRODUCT, LOAD_FOURS, TAKE_FOURS } from './fours.ts';
import {
  ADD_LARGE_NIBBLE,
  ADD_NIBBLE,
  ADD_NIBBLES,
  HIGH_HALF,
  LOW_HALF,
  MOST_LARGE_PRODUCTS,
  TAKE_FOUR_NIBBLES,
  WITH_LARGE_SUM,
  WITH_ROW_BIAS,
} from './nibbles.ts';
import { type ForForm, forForms, forFormsAndFinishes } from './weight-code.ts';

const FOUR_ROWS: CDefinition = {
  name: 'struct four_rows',
  text: `/* Sums of four rows. */
struct four_rows {
  int32_t sum0;
  int32_t sum1;
  int32_t sum2;
  int32_t sum3;
};
`,
};

const ADD_ROWS = forForms(
  (_, { suffix, four, addFour, takeEight }): CDefinition => ({
    name: `add_rows${suffix}`,
    needs: [takeEight, addFour, FOUR_ROWS],
    text: `/* Four activations times four weights of each row. */
static ALWAYS_INLINE void add_rows${suffix}(fours x, const int8_t **weights, struct four_rows *sums)
{
  ${four} w0, w1;
  ${takeEight.name}(weights, &w0, &w1);
  sums->sum0 = ${addFour.name}(x, w0, sums->sum0);
  sums->sum1 = ${addFour.name}(x, w1, sums->sum1);
  ${takeEight.name}(weights, &w0, &w1);
  sums->sum2 = ${addFour.name}(x, w0, sums->sum2);
  sums->sum3 = ${addFour.name}(x, w1, sums->sum3);
}
`,
  }),
);

const ADD_LAST_NIBBLES: CDefinition = {
  name: 'add_last_nibbles',
  needs: [ADD_NIBBLE, HIGH_HALF, LOW_HALF],
  text: `/* One to three activations times weights of 4 bits. */
static ALWAYS_INLINE int32_t add_last_nibbles(const int8_t *x, const int8_t **weights, int32_t count, int32_t sum)
{
  const int32_t half = (count + 1) / 2;
  int32_t i;

  for (i = 0; i < half; i++) {
    sum = add_nibble(x[i], high_half((*weights)[i]), sum);
  }
  for (; i < count; i++) {
    sum = add_nibble(x[i], low_half((*weights)[i - half]), sum);
  }
  *weights += half;
  return sum;
}
`,
};

/** The sum of a row that is left over. */
const ONE_ROW_SUM = {
  bytes: {
    needs: [LOAD_FOURS, ADD_FOURS, ADD_PRODUCT],
    begin: 'channel->bias',
    code: `    for (i = 0; i + 4 <= all.length; i += 4) {
      sum = add_fours(load_fours(&input[i]), load_fours(weights), sum);
      weights += 4;
    }
    for (; i < all.length; i++) {
      sum = add_product(input[i], *weights++, sum);
    }`,
  },
  nibbles: {
    needs: [TAKE_FOUR_NIBBLES, ADD_NIBBLES, ADD_LAST_NIBBLES, WITH_ROW_BIAS],
    begin: '0',
    code: `    for (i = 0; i + 4 <= all.length; i += 4) {
      sum = add_nibbles(load_fours(&input[i]), take_four_nibbles(&weights), sum);
    }
    if (i < all.length) {
      sum = add_last_nibbles(&input[i], &weights, all.length - i, sum);
    }
    sum = with_row_bias(sum, channel->bias);`,
  },
} as const satisfies ForForm<object>;

/** Steps of sixteen columns whose large sums, with those of the columns behind, keep to 32 bits. */
const MOST_STEPS = Math.floor((MOST_LARGE_PRODUCTS - 15) / 16);

/** The sums of four rows. */
const FOUR_ROW_SUMS = {
  bytes: {
    needs: [ADD_PRODUCT],
    code: `    for (i = all.length >> 4; i > 0; i--) {
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
    }`,
  },
  nibbles: {
    needs: [ADD_LARGE_NIBBLE, HIGH_HALF, LOW_HALF, WITH_LARGE_SUM],
    code: `    int32_t left = all.length >> 4;

    /* Large sums of so many columns keep to 32 bits. */
    do {
      struct four_rows large = {0, 0, 0, 0};

      i = left < ${MOST_STEPS} ? left : ${MOST_STEPS};
      left -= i;
      for (; i > 0; i--) {
        add_rows_int4(take_fours(&x), &weights, &large);
        add_rows_int4(take_fours(&x), &weights, &large);
        add_rows_int4(take_fours(&x), &weights, &large);
        add_rows_int4(take_fours(&x), &weights, &large);
      }
      if (left == 0) {
        for (i = all.length & 12; i > 0; i -= 4) {
          add_rows_int4(take_fours(&x), &weights, &large);
        }
        for (i = all.length & 3; i > 0; i--) {
          large.sum0 = add_large_nibble(*x, high_half(weights[0]), large.sum0);
          large.sum1 = add_large_nibble(*x, high_half(weights[1]), large.sum1);
          large.sum2 = add_large_nibble(*x, low_half(weights[0]), large.sum2);
          large.sum3 = add_large_nibble(*x, low_half(weights[1]), large.sum3);
          weights += 2;
          x++;
        }
      }
      sums.sum0 = with_large_sum(sums.sum0, large.sum0);
      sums.sum1 = with_large_sum(sums.sum1, large.sum1);
      sums.sum2 = with_large_sum(sums.sum2, large.sum2);
      sums.sum3 = with_large_sum(sums.sum3, large.sum3);
    } while (left > 0);`,
  },
} as const satisfies ForForm<object>;

/** `multiply_rows`, or `multiply_rows_int4`. Weights in the order `rowsByFours`. */
export const MULTIPLY_ROWS = forFormsAndFinishes((form, { suffix: formSuffix }, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_rows${formSuffix}${suffix}`,
    isCopied: true,
    needs: [
      NEVER_INLINE,
      ADD_ROWS[form],
      TAKE_FOURS,
      LOAD_FOURS,
      ...FOUR_ROW_SUMS[form].needs,
      ...ONE_ROW_SUM[form].needs,
      FINISHES[kind],
    ],
    text: `/*
 * One output for each row. Of four rows, four weights of each stand in turn, then those of their ends one by one; rows
 * that are left over stand as they are.
 */
static NEVER_INLINE void multiply_rows${formSuffix}${suffix}(const struct rows *rows, const int8_t *input, int8_t *output)
{
  const struct rows all = *rows;
  const int8_t *weights = all.weights;
  const struct channel *channel = all.channels;
  int32_t row = 0;
  int32_t i;

  for (; row + 4 <= all.count; row += 4) {
    const int8_t *x = input;
    struct four_rows sums = {channel[0].bias, channel[1].bias, channel[2].bias, channel[3].bias};

${FOUR_ROW_SUMS[form].code}
    output[0] = (int8_t)finish${suffix}(&all, &channel[0], sums.sum0);
    output[1] = (int8_t)finish${suffix}(&all, &channel[1], sums.sum1);
    output[2] = (int8_t)finish${suffix}(&all, &channel[2], sums.sum2);
    output[3] = (int8_t)finish${suffix}(&all, &channel[3], sums.sum3);
    channel += 4;
    output += 4;
  }
  for (; row < all.count; row++) {
    int32_t sum = ${ONE_ROW_SUM[form].begin};

${ONE_ROW_SUM[form].code}
    *output++ = (int8_t)finish${suffix}(&all, channel++, sum);
  }
}
`,
  };
});
