import type { CDefinition } from '../c-code.ts';

/** What every function needs that adds products of floats. */
export const NO_CONTRACTION: CDefinition = {
  name: 'no contraction',
  text: `/* Products are rounded before they are added: what joins both steps gives other bits. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif
`,
};
