/** Pairs of int16 in one word: the other place where chips with DSP instructions differ. */

import type { CDefinition } from '../../c-code.ts';
import { HAS_DSP } from '../dsp.ts';
import { ALWAYS_INLINE } from '../inlining.ts';

/** `pair`, and sums of products of its halves; all that windows need that move by any number of pixels. */
export const PAIRS: CDefinition = {
  name: 'pair',
  needs: [ALWAYS_INLINE, HAS_DSP],
  text: `#if HAS_DSP

/* Two int16, the first in the lower half. Where they lie, bytes may have been before. */
typedef uint32_t __attribute__((may_alias)) pair;

static ALWAYS_INLINE pair make_pair(int32_t first, int32_t second)
{
  pair x;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(x) : "r"(first), "r"(second));
  return x;
}

/* Two pairs that lie side by side; the next two begin at the second. */
static ALWAYS_INLINE void take_two(const pair **from, pair *first, pair *second)
{
  __asm__("ldrd %0, %1, [%2], #4" : "=&r"(*first), "=&r"(*second), "+r"(*from) : "m"(*(const pair(*)[2])*from));
}

/* sum + both products */
static ALWAYS_INLINE int32_t add_both(pair x, pair w, int32_t sum)
{
  int32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(w), "r"(sum));
  return result;
}

/* sum + the first of x times the second of w */
static ALWAYS_INLINE int32_t add_first(pair x, pair w, int32_t sum)
{
  int32_t result;
  __asm__("smlabt %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(w), "r"(sum));
  return result;
}

#else

typedef struct {
  int16_t first;
  int16_t second;
} pair;

static ALWAYS_INLINE pair make_pair(int32_t first, int32_t second)
{
  pair x;
  x.first = (int16_t)first;
  x.second = (int16_t)second;
  return x;
}

/* Two pairs that lie side by side; the next two begin at the second. */
static ALWAYS_INLINE void take_two(const pair **from, pair *first, pair *second)
{
  *first = (*from)[0];
  *second = (*from)[1];
  *from += 1;
}

/* sum + both products, modulo 2^32 */
static ALWAYS_INLINE int32_t add_both(pair x, pair w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x.first * w.first + x.second * w.second));
}

/* sum + the first of x times the second of w, modulo 2^32 */
static ALWAYS_INLINE int32_t add_first(pair x, pair w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x.first * w.second));
}

#endif
`,
};

/** Besides, for windows that move by one pixel. */
export const ADD_SECOND: CDefinition = {
  name: 'add_second',
  needs: [PAIRS],
  text: `#if HAS_DSP

/* sum + the second of x times the first of w */
static ALWAYS_INLINE int32_t add_second(pair x, pair w, int32_t sum)
{
  int32_t result;
  __asm__("smlatb %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(w), "r"(sum));
  return result;
}

#else

/* sum + the second of x times the first of w, modulo 2^32 */
static ALWAYS_INLINE int32_t add_second(pair x, pair w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x.second * w.first));
}

#endif
`,
};
