/** Four int8 activations times four int8 weights: the one place where chips with DSP instructions differ. */

import type { CDefinition } from '../../c-code.ts';
import { HAS_DSP } from '../dsp.ts';
import { ALWAYS_INLINE } from '../inlining.ts';

/** What C is with DSP instructions, and what it is in portable C, which is empty where nothing there calls it. */
interface BothWays {
  readonly dsp: string;
  readonly portable: string;
}

export function bothWays(
  name: string,
  needs: readonly CDefinition[],
  { dsp, portable }: BothWays,
): CDefinition {
  const otherwise = portable === '' ? '' : `#else\n\n${portable}\n`;
  return {
    name,
    needs: [ALWAYS_INLINE, HAS_DSP, ...needs],
    text: `#if HAS_DSP\n\n${dsp}\n${otherwise}#endif\n`,
  };
}

/**
 * `fours`, which hold four int8; with DSP instructions as two pairs of int16 in registers, else as the address of four
 * bytes.
 */
export const FOURS = bothWays('fours', [], {
  dsp: `/* Four int8 as two pairs of int16: the first and third, the second and fourth. */
typedef struct {
  uint32_t even;
  uint32_t odd;
} fours;

/* Four bytes of memory, in whatever type they were written. */
typedef uint32_t __attribute__((may_alias)) word;
`,
  portable: `typedef const int8_t *fours;
`,
});

/** A patch is a copy of activations in the form that its loop reads fastest. */
export const PATCH_STEP = bothWays('PATCH_STEP', [], {
  dsp: `/* Bytes of four elements of a patch, which has them as pairs already. */
enum { PATCH_STEP = 8 };
`,
  portable: `/* Bytes of four elements of a patch. */
enum { PATCH_STEP = 4 };
`,
});

export const WIDEN = bothWays('widen', [FOURS], {
  dsp: `static ALWAYS_INLINE fours widen(uint32_t bytes)
{
  fours x;
  __asm__("sxtb16 %0, %1" : "=r"(x.even) : "r"(bytes));
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(x.odd) : "r"(bytes));
  return x;
}
`,
  portable: '',
});

const LOAD_WORD = bothWays('load_word', [FOURS], {
  dsp: `static ALWAYS_INLINE uint32_t load_word(const int8_t *from)
{
  uint32_t bytes;
  memcpy(&bytes, from, sizeof bytes);
  return bytes;
}
`,
  portable: '',
});

export const LOAD_FOURS = bothWays('load_fours', [LOAD_WORD, WIDEN], {
  dsp: `static ALWAYS_INLINE fours load_fours(const int8_t *from)
{
  return widen(load_word(from));
}
`,
  portable: `static ALWAYS_INLINE fours load_fours(const int8_t *from)
{
  return from;
}
`,
});

const TAKE_WORDS = bothWays('take_words', [FOURS], {
  dsp: `/* The next two words, which lie at a multiple of four bytes. */
static ALWAYS_INLINE fours take_words(const int8_t **from)
{
  fours x;
  __asm__("ldrd %0, %1, [%2], #8"
          : "=&r"(x.even), "=&r"(x.odd), "+r"(*from)
          : "m"(*(const word(*)[2])(const void *)*from));
  return x;
}
`,
  portable: '',
});

export const TAKE_PATCH = bothWays('take_patch', [TAKE_WORDS, PATCH_STEP], {
  dsp: `/* The next four elements of a patch. */
static ALWAYS_INLINE fours take_patch(const int8_t **patch)
{
  return take_words(patch);
}
`,
  portable: `/* The next four elements of a patch. */
static ALWAYS_INLINE fours take_patch(const int8_t **patch)
{
  const fours x = *patch;
  *patch += PATCH_STEP;
  return x;
}
`,
});

export const TAKE_PATCHES = bothWays('take_patches', [FOURS, PATCH_STEP], {
  dsp: `/*
 * The next four elements of two patches. Volatile like take_fours, so that neither is moved ahead of the other: registers
 * suffice for one at a time.
 */
static ALWAYS_INLINE void take_patches(const int8_t **patches, fours *first, fours *second)
{
  register uint32_t word0 __asm__("r4");
  register uint32_t word1 __asm__("r5");
  register uint32_t word2 __asm__("r6");
  register uint32_t word3 __asm__("r8");
  __asm__ volatile("ldmia %4!, {%0, %1, %2, %3}"
          : "=r"(word0), "=r"(word1), "=r"(word2), "=r"(word3), "+r"(*patches)
          : "m"(*(const word(*)[4])(const void *)*patches));
  first->even = word0;
  first->odd = word1;
  second->even = word2;
  second->odd = word3;
}
`,
  portable: `/* The next four elements of two patches. */
static ALWAYS_INLINE void take_patches(const int8_t **patches, fours *first, fours *second)
{
  *first = *patches;
  *second = *patches + PATCH_STEP;
  *patches += 2 * PATCH_STEP;
}
`,
});

const STORE_WORDS = bothWays('store_words', [FOURS], {
  dsp: `/* Patches lie at multiples of four bytes. */
static ALWAYS_INLINE void store_words(int8_t *patch, fours x)
{
  __asm__("strd %1, %2, [%3]"
          : "=m"(*(word(*)[2])(void *)patch)
          : "r"(x.even), "r"(x.odd), "r"(patch));
}
`,
  portable: '',
});

export const STORE_PATCH = bothWays('store_patch', [LOAD_WORD, WIDEN, STORE_WORDS, PATCH_STEP], {
  dsp: `static ALWAYS_INLINE void store_patch(int8_t *patch, const int8_t *from)
{
  store_words(patch, widen(load_word(from)));
}
`,
  portable: `static ALWAYS_INLINE void store_patch(int8_t *patch, const int8_t *from)
{
  memcpy(patch, from, 4);
}
`,
});

export const STORE_END = bothWays('store_end', [WIDEN, STORE_WORDS, PATCH_STEP], {
  dsp: `/* One to three elements, and zeros. */
static ALWAYS_INLINE void store_end(int8_t *patch, const int8_t *from, int32_t count)
{
  uint32_t bytes = (uint8_t)from[0];
  if (count > 1) {
    bytes |= (uint32_t)(uint8_t)from[1] << 8;
  }
  if (count > 2) {
    bytes |= (uint32_t)(uint8_t)from[2] << 16;
  }
  store_words(patch, widen(bytes));
}
`,
  portable: `/* One to three elements, and zeros. */
static ALWAYS_INLINE void store_end(int8_t *patch, const int8_t *from, int32_t count)
{
  int32_t i;
  for (i = 0; i < 4; i++) {
    patch[i] = i < count ? from[i] : 0;
  }
}
`,
});

export const TAKE_FOURS = bothWays('take_fours', [WIDEN], {
  dsp: `/* The next four elements or weights. */
static ALWAYS_INLINE fours take_fours(const int8_t **from)
{
  uint32_t bytes;
  __asm__ volatile("ldr %0, [%1], #4" : "=r"(bytes), "+r"(*from) : "m"(*(const word *)(const void *)*from));
  return widen(bytes);
}
`,
  portable: `/* The next four elements or weights. */
static ALWAYS_INLINE fours take_fours(const int8_t **from)
{
  const fours w = *from;
  *from += 4;
  return w;
}
`,
});

export const TAKE_WEIGHTS = bothWays('take_weights', [TAKE_WORDS, WIDEN], {
  dsp: `/* The next eight weights, which lie at a multiple of four bytes. */
static ALWAYS_INLINE void take_weights(const int8_t **from, fours *first, fours *second)
{
  const fours words = take_words(from);
  *first = widen(words.even);
  *second = widen(words.odd);
}
`,
  portable: `/* The next eight weights. */
static ALWAYS_INLINE void take_weights(const int8_t **from, fours *first, fours *second)
{
  *first = *from;
  *second = *from + 4;
  *from += 8;
}
`,
});

export const KEEP = bothWays('keep', [], {
  dsp: `/* Keeps the compiler from holding addresses that a multiple of x is added to, for which there are no registers. */
static ALWAYS_INLINE void keep(int32_t *x)
{
  __asm__("" : "+r"(*x));
}
`,
  portable: `static ALWAYS_INLINE void keep(int32_t *x)
{
  (void)x;
}
`,
});

export const ADD_FOURS = bothWays('add_fours', [FOURS], {
  dsp: `static ALWAYS_INLINE int32_t add_products(uint32_t a, uint32_t b, int32_t sum)
{
  int32_t result;
  __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}

/* sum + the four products */
static ALWAYS_INLINE int32_t add_fours(fours x, fours w, int32_t sum)
{
  return add_products(x.odd, w.odd, add_products(x.even, w.even, sum));
}
`,
  portable: `/* sum + the four products, modulo 2^32 */
static ALWAYS_INLINE int32_t add_fours(fours x, fours w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3]));
}
`,
});

export const ADD_PRODUCT: CDefinition = {
  name: 'add_product',
  needs: [ALWAYS_INLINE],
  text: `/* sum + a product, modulo 2^32 */
static ALWAYS_INLINE int32_t add_product(int8_t x, int8_t w, int32_t sum)
{
  return (int32_t)((uint32_t)sum + (uint32_t)(x * w));
}
`,
};
