/** Products of int8 activations and rows of int8 weights: what fully connected layers and convolutions share. */

import type { CDefinition } from '../c-code.ts';
import { CLAMP, REQUANTIZE } from './arithmetic.ts';

/** Four activations and four weights at a time: the one place where chips with DSP instructions differ. */
const FOURS: CDefinition = {
  name: 'fours',
  text: `#if defined(__ARM_FEATURE_DSP)

/* Four int8 as two pairs of int16: the first and third, the second and fourth. */
typedef struct {
  uint32_t even;
  uint32_t odd;
} fours;

static inline uint32_t sign_extend_pair(uint32_t x)
{
  uint32_t pair;
  __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(x));
  return pair;
}

static inline uint32_t sign_extend_odd_pair(uint32_t x)
{
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(x));
  return pair;
}

static inline int32_t add_products(uint32_t a, uint32_t b, int32_t sum)
{
  int32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}

static inline fours load_fours(const int8_t *from)
{
  uint32_t word;
  fours x;
  memcpy(&word, from, sizeof word);
  x.even = sign_extend_pair(word);
  x.odd = sign_extend_odd_pair(word);
  return x;
}

/* sum + the four products */
static inline int32_t add_fours(fours x, const int8_t *weights, int32_t sum)
{
  const fours w = load_fours(weights);
  return add_products(x.odd, w.odd, add_products(x.even, w.even, sum));
}

#else

typedef const int8_t *fours;

static inline fours load_fours(const int8_t *from)
{
  return from;
}

/* sum + the four products */
static inline int32_t add_fours(fours x, const int8_t *weights, int32_t sum)
{
  return sum + x[0] * weights[0] + x[1] * weights[1] + x[2] * weights[2] + x[3] * weights[3];
}

#endif
`,
};

/** `struct rows` and `multiply_rows`. Weights as `packRows` lays them out. */
export const MULTIPLY_ROWS: CDefinition = {
  name: 'multiply_rows',
  needs: [REQUANTIZE, CLAMP, FOURS],
  text: `/* Of each row of weights: its bias less what the zero point of the input adds, and the way to the scale of the output. */
struct channel {
  int32_t bias;
  int32_t multiplier;
  int32_t shift;
};

/* Rows of weights, each for one channel of the output. */
struct rows {
  const int8_t *weights;
  const struct channel *channels;
  int32_t count;
  int32_t length;
  int32_t zero_point;
  int32_t least;
  int32_t most;
};

static inline int8_t finish(const struct rows *rows, const struct channel *channel, int32_t sum)
{
  const int32_t scaled = requantize(sum, channel->multiplier, channel->shift);
  return (int8_t)clamp(scaled + rows->zero_point, rows->least, rows->most);
}

/*
 * One output for each row. Of four rows, four weights of each stand in turn, then those of their ends one by one; rows
 * that are left over stand as they are.
 */
static void multiply_rows(const struct rows *rows, const int8_t *input, int8_t *output)
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
      sum0 = add_fours(x, &weights[0], sum0);
      sum1 = add_fours(x, &weights[4], sum1);
      sum2 = add_fours(x, &weights[8], sum2);
      sum3 = add_fours(x, &weights[12], sum3);
      weights += 16;
    }
    for (; i < rows->length; i++) {
      sum0 += input[i] * weights[0];
      sum1 += input[i] * weights[1];
      sum2 += input[i] * weights[2];
      sum3 += input[i] * weights[3];
      weights += 4;
    }
    output[0] = finish(rows, &channel[0], sum0);
    output[1] = finish(rows, &channel[1], sum1);
    output[2] = finish(rows, &channel[2], sum2);
    output[3] = finish(rows, &channel[3], sum3);
    channel += 4;
    output += 4;
  }
  for (; row < rows->count; row++) {
    int32_t sum = channel->bias;

    for (i = 0; i < whole; i += 4) {
      sum = add_fours(load_fours(&input[i]), weights, sum);
      weights += 4;
    }
    for (; i < rows->length; i++) {
      sum += input[i] * *weights++;
    }
    *output++ = finish(rows, channel++, sum);
  }
}
`,
};
