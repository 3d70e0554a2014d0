/** From sums of products to int8: what ends every kernel with weights. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, HIGH_MUL_BOUNDED, REQUANTIZE } from '../arithmetic.ts';
import { HAS_DSP } from '../dsp.ts';
import { ALWAYS_INLINE } from '../inlining.ts';

/**
 * `exact` serves any scales and sums. `bounded` gives the same bits in half the instructions where every sum stays below 2^30,
 * every factor is below a half, and the output takes all of int8; `rectified` in one less where besides the zero point is the
 * least output.
 */
export type Finish = 'exact' | 'bounded' | 'rectified';

/** Behind the names of functions that end so. */
export const FINISH_SUFFIX: Readonly<Record<Finish, string>> = {
  exact: '_exactly',
  bounded: '',
  rectified: '_rectified',
};

const ROWS: CDefinition = {
  name: 'struct rows',
  needs: [ALWAYS_INLINE],
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
  int32_t rounding; /* Twice the zero point, and one. */
  int32_t least;
  int32_t most;
};
`,
};

const FINISH_EXACTLY: CDefinition = {
  name: 'finish_exactly',
  needs: [ROWS, REQUANTIZE, CLAMP],
  text: `static ALWAYS_INLINE int32_t finish_exactly(const struct rows *rows, const struct channel *channel, int32_t sum)
{
  const int32_t scaled = requantize(sum, channel->multiplier, channel->shift);
  return clamp(scaled + rows->zero_point, rows->least, rows->most);
}
`,
};

export const HALF_AS_INT8: CDefinition = {
  name: 'half_as_int8',
  needs: [HAS_DSP, ALWAYS_INLINE, CLAMP],
  text: `/* x / 2 rounded down, or the nearest int8. */
static ALWAYS_INLINE int32_t half_as_int8(int32_t x)
{
#if HAS_DSP
  int32_t result;
  __asm__("ssat %0, #8, %1, asr #1" : "=r"(result) : "r"(x));
  return result;
#else
  return clamp(x >> 1, INT8_MIN, INT8_MAX);
#endif
}
`,
};

/** What both short ways need, in the order in which they are written. */
const SHORT_FINISH_NEEDS = [HAS_DSP, ROWS, HIGH_MUL_BOUNDED, CLAMP, HALF_AS_INT8];

const FINISH: CDefinition = {
  name: 'finish',
  needs: SHORT_FINISH_NEEDS,
  text: `/*
 * sum * multiplier / 2^(32 + shift), rounded twice: the product as it is, then away from zero where it lies between two
 * integers. Sums are below 2^30, and the output may be any int8.
 */
static ALWAYS_INLINE int32_t finish(const struct rows *rows, const struct channel *channel, int32_t sum)
{
  const int32_t product = high_mul_bounded(sum, channel->multiplier);
  const int32_t twice = (product + (product >> 31)) >> channel->shift;

  return half_as_int8(twice + rows->rounding);
}
`,
};

const FINISH_RECTIFIED: CDefinition = {
  name: 'finish_rectified',
  needs: SHORT_FINISH_NEEDS,
  text: `/*
 * sum * multiplier / 2^(32 + shift), rounded twice: the product as it is, then up where it lies between two integers. Sums
 * are below 2^30, and the zero point is the least int8, which all negative sums become, however they are rounded.
 */
static ALWAYS_INLINE int32_t finish_rectified(const struct rows *rows, const struct channel *channel, int32_t sum)
{
  const int32_t twice = high_mul_bounded(sum, channel->multiplier) >> channel->shift;

  return half_as_int8(twice + rows->rounding);
}
`,
};

/** A definition for each finish. */
export type ForFinish = Readonly<Record<Finish, CDefinition>>;

export const FINISHES: ForFinish = {
  exact: FINISH_EXACTLY,
  bounded: FINISH,
  rectified: FINISH_RECTIFIED,
};

/** The same function for every finish. */
export function forFinishes(define: (finish: Finish) => CDefinition): ForFinish {
  return { exact: define('exact'), bounded: define('bounded'), rectified: define('rectified') };
}
