/** One vector of activations times rows of weights. */

import { FINISH_SUFFIX, FINISHES, forFinishes } from './finish.ts';
import { FOURS } from './fours.ts';

/** `multiply_rows`. Weights as `packRows` lays them out. */
export const MULTIPLY_ROWS = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_rows${suffix}`,
    needs: [FINISHES[kind], FOURS],
    text: `/*
 * One output for each row. Of four rows, four weights of each stand in turn, then those of their ends one by one; rows
 * that are left over stand as they are.
 */
static void multiply_rows${suffix}(const struct rows *rows, const int8_t *input, int8_t *output)
{
  const int32_t whole = rows->length & ~3;
  const int8_t *weights = rows->weights;
  const struct channel *channel = rows->channels;
  int32_t row = 0;
  int32_t i;

  for (; row + 4 <= rows->count; row += 4) {
    int32_t sum0 = channel[0].bias;
    int32_t sum1 = channel[1].bias;
    int32_t sum2 = channel[2].bias;
    int32_t sum3 = channel[3].bias;

    for (i = 0; i < whole; i += 4) {
      const fours x = load_fours(&input[i]);
      fours w0, w1;
      take_weights(&weights, &w0, &w1);
      sum0 = add_fours(x, w0, sum0);
      sum1 = add_fours(x, w1, sum1);
      take_weights(&weights, &w0, &w1);
      sum2 = add_fours(x, w0, sum2);
      sum3 = add_fours(x, w1, sum3);
    }
    for (; i < rows->length; i++) {
      sum0 = add_product(input[i], weights[0], sum0);
      sum1 = add_product(input[i], weights[1], sum1);
      sum2 = add_product(input[i], weights[2], sum2);
      sum3 = add_product(input[i], weights[3], sum3);
      weights += 4;
    }
    sum0 = finish${suffix}(rows, &channel[0], sum0);
    sum1 = finish${suffix}(rows, &channel[1], sum1);
    sum2 = finish${suffix}(rows, &channel[2], sum2);
    sum3 = finish${suffix}(rows, &channel[3], sum3);
    output[0] = (int8_t)sum0;
    output[1] = (int8_t)sum1;
    output[2] = (int8_t)sum2;
    output[3] = (int8_t)sum3;
    channel += 4;
    output += 4;
  }
  for (; row < rows->count; row++) {
    int32_t sum = channel->bias;

    for (i = 0; i < whole; i += 4) {
      sum = add_fours(load_fours(&input[i]), load_fours(weights), sum);
      weights += 4;
    }
    for (; i < rows->length; i++) {
      sum = add_product(input[i], *weights++, sum);
    }
    *output++ = (int8_t)finish${suffix}(rows, channel++, sum);
  }
}
`,
  };
});
