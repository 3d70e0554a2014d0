/** What float32 arithmetic takes to give every bit that the interpreter gives. */

import type { CDefinition } from '../c-code.ts';

/** For functions that add products: the interpreter rounds each product. */
export const NO_CONTRACTION: CDefinition = {
  name: 'no_contraction',
  text: `/* Products are rounded before they are added, even where the chip could do both at once. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif
`,
};

export const CLAMP_FLOAT: CDefinition = {
  name: 'clamp_float',
  text: `/* NaN stays what it is, and -0 becomes a limit of 0. */
static inline float clamp_float(float x, float least, float most)
{
  return x <= least ? least : x >= most ? most : x;
}
`,
};
