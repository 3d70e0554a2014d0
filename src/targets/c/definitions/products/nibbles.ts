/** Weights of 4 bits, two in a byte, times int8 activations. Of a group of weights, the first lie in the high halves of its bytes. */

import type { CDefinition } from '../../c-code.ts';
import { ALWAYS_INLINE } from '../inlining.ts';
import { bothWays, FOURS, WIDEN } from './fours.ts';

/** Of the two int4 in an `int8_t`, as an `int32_t`. */
function highHalf(byte: string): string {
  return `${byte} >> 4`;
}

function lowHalf(byte: string): string {
  return `(int32_t)((uint32_t)${byte} << 28) >> 28`;
}

export const HIGH_HALF: CDefinition = {
  name: 'high_half',
  needs: [ALWAYS_INLINE],
  text: `/* Of the two int4 in a byte. Shifts to the right keep the sign. */
static ALWAYS_INLINE int32_t high_half(int8_t byte)
{
  return ${highHalf('byte')};
}
`,
};

export const LOW_HALF: CDefinition = {
  name: 'low_half',
  needs: [ALWAYS_INLINE],
  text: `static ALWAYS_INLINE int32_t low_half(int8_t byte)
{
  return ${lowHalf('byte')};
}
`,
};

/** `unpack`: for functions that want weights in bytes. */
export const UNPACK: CDefinition = {
  name: 'unpack',
  needs: [HIGH_HALF, LOW_HALF],
  text: `/* So many weights from the first on, of which two lie in a byte, to a byte each. */
static void unpack(const int8_t *weights, int32_t first, int32_t count, int8_t *to)
{
  int32_t i;
  for (i = first; i < first + count; i++) {
    const int8_t byte = weights[i / 2];
    *to++ = (int8_t)(i % 2 == 0 ? high_half(byte) : low_half(byte));
  }
}
`,
};

/**
 * `nibbles`, which hold four weights. With DSP instructions they are `fours` of sixteen times the weights, since masks leave
 * them in the high halves of bytes.
 */
const NIBBLES = bothWays('nibbles', [FOURS], {
  dsp: `/* Four int4 as four int8 that are sixteen times as large, and so are sums of their products. */
typedef fours nibbles;
`,
  portable: `/* Four int4. */
typedef struct {
  int32_t first;
  int32_t second;
  int32_t third;
  int32_t fourth;
} nibbles;
`,
});

const NIBBLE_SHIFT = bothWays('NIBBLE_SHIFT', [], {
  dsp: `enum { NIBBLE_SHIFT = 4 };
`,
  portable: `enum { NIBBLE_SHIFT = 0 };
`,
});

const IN_HIGH_HALVES = bothWays('in_high_halves', [NIBBLES, WIDEN], {
  dsp: `static ALWAYS_INLINE nibbles in_high_halves(uint32_t bytes)
{
  return widen(bytes & 0xf0f0f0f0u);
}
`,
  portable: '',
});

/** In portable C. */
function takeEight(name: string): string {
  return `/* The next eight weights. Shifts to the right keep the sign. */
static ALWAYS_INLINE void ${name}(const int8_t **from, nibbles *first, nibbles *second)
{
  const int8_t *bytes = *from;
  first->first = ${highHalf('bytes[0]')};
  first->second = ${highHalf('bytes[1]')};
  first->third = ${highHalf('bytes[2]')};
  first->fourth = ${highHalf('bytes[3]')};
  second->first = ${lowHalf('bytes[0]')};
  second->second = ${lowHalf('bytes[1]')};
  second->third = ${lowHalf('bytes[2]')};
  second->fourth = ${lowHalf('bytes[3]')};
  *from += 4;
}
`;
}

export const TAKE_NIBBLES = bothWays('take_nibbles', [IN_HIGH_HALVES], {
  dsp: `/* The next eight weights. Volatile like take_fours. */
static ALWAYS_INLINE void take_nibbles(const int8_t **from, nibbles *first, nibbles *second)
{
  uint32_t bytes;
  __asm__ volatile("ldr %0, [%1], #4" : "=r"(bytes), "+r"(*from) : "m"(*(const word *)(const void *)*from));
  *first = in_high_halves(bytes);
  *second = in_high_halves(bytes << 4);
}
`,
  portable: takeEight('take_nibbles'),
});

export const TAKE_FOUR_NIBBLES = bothWays('take_four_nibbles', [IN_HIGH_HALVES], {
  dsp: `/* The next four weights. */
static ALWAYS_INLINE nibbles take_four_nibbles(const int8_t **from)
{
  uint16_t bytes;
  memcpy(&bytes, *from, sizeof bytes);
  *from += 2;
  return in_high_halves((uint32_t)bytes | (uint32_t)bytes << 20);
}
`,
  portable: `/* The next four weights. Shifts to the right keep the sign. */
static ALWAYS_INLINE nibbles take_four_nibbles(const int8_t **from)
{
  const int8_t *bytes = *from;
  nibbles w;
  w.first = ${highHalf('bytes[0]')};
  w.second = ${highHalf('bytes[1]')};
  w.third = ${lowHalf('bytes[0]')};
  w.fourth = ${lowHalf('bytes[1]')};
  *from += 2;
  return w;
}
`,
});

export const ADD_NIBBLES = bothWays('add_nibbles', [NIBBLES], {
  dsp: `/* sum + the four products, all of them scaled */
static ALWAYS_INLINE int32_t add_nibbles(fours x, nibbles w, int32_t sum)
{
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x.even), "r"(w.even));
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x.odd), "r"(w.odd));
  return sum;
}
`,
  portable: `/* sum + the four products, modulo 2^32 */
static ALWAYS_INLINE int32_t add_nibbles(fours x, nibbles w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x[0] * w.first + x[1] * w.second + x[2] * w.third + x[3] * w.fourth));
}
`,
});

export const ADD_NIBBLE: CDefinition = {
  name: 'add_nibble',
  needs: [ALWAYS_INLINE, NIBBLE_SHIFT],
  text: `/* sum + a product, scaled as those of four weights are, modulo 2^32 */
static ALWAYS_INLINE int32_t add_nibble(int8_t x, int32_t w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + ((uint32_t)(x * w) << NIBBLE_SHIFT));
}
`,
};

export const WITH_ROW_BIAS: CDefinition = {
  name: 'with_row_bias',
  needs: [ALWAYS_INLINE, NIBBLE_SHIFT],
  text: `/* A sum of scaled products as it should be, and the bias, modulo 2^32. */
static ALWAYS_INLINE int32_t with_row_bias(int32_t sum, int32_t bias)
{
  return (int32_t)((uint32_t)bias + (uint32_t)(sum >> NIBBLE_SHIFT));
}
`,
};

/** Sums of so many products of an int8 and an int4, 4096 times as large, keep to 32 bits. */
export const MOST_LARGE_PRODUCTS = 511;

/**
 * `take_large_nibbles`: as `take_nibbles`, in fewer instructions, and with DSP instructions of 4096 times the weights. What sums
 * of `MOST_LARGE_PRODUCTS` are is brought back by `with_large_sum`.
 */
export const TAKE_LARGE_NIBBLES = bothWays('take_large_nibbles', [NIBBLES], {
  dsp: `/* The next eight weights, 4096 times as large: in the upper quarters of halves of words. Volatile like take_fours. */
static ALWAYS_INLINE void take_large_nibbles(const int8_t **from, nibbles *first, nibbles *second)
{
  const uint32_t quarters = 0xf000f000u;
  uint32_t bytes;
  __asm__ volatile("ldr %0, [%1], #4" : "=r"(bytes), "+r"(*from) : "m"(*(const word *)(const void *)*from));
  __asm__("and %0, %1, %2, lsl #8" : "=r"(first->even) : "r"(quarters), "r"(bytes));
  __asm__("and %0, %1, %2" : "=r"(first->odd) : "r"(quarters), "r"(bytes));
  __asm__("and %0, %1, %2, lsl #12" : "=r"(second->even) : "r"(quarters), "r"(bytes));
  __asm__("and %0, %1, %2, lsl #4" : "=r"(second->odd) : "r"(quarters), "r"(bytes));
}
`,
  portable: takeEight('take_large_nibbles'),
});

const LARGE_SHIFT = bothWays('LARGE_SHIFT', [], {
  dsp: `enum { LARGE_SHIFT = 12 };
`,
  portable: `enum { LARGE_SHIFT = 0 };
`,
});

export const ADD_LARGE_NIBBLE: CDefinition = {
  name: 'add_large_nibble',
  needs: [ALWAYS_INLINE, LARGE_SHIFT],
  text: `/* sum + a product, as large as those of take_large_nibbles, modulo 2^32 */
static ALWAYS_INLINE int32_t add_large_nibble(int8_t x, int32_t w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + ((uint32_t)(x * w) << LARGE_SHIFT));
}
`,
};

export const WITH_LARGE_SUM: CDefinition = {
  name: 'with_large_sum',
  needs: [ALWAYS_INLINE, LARGE_SHIFT],
  text: `/* sum + what a large sum is, modulo 2^32 */
static ALWAYS_INLINE int32_t with_large_sum(int32_t sum, int32_t large)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(large >> LARGE_SHIFT));
}
`,
};
