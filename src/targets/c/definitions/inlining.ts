/** What compilers are told of inlining: loops need all registers, and steps in them no calls. */

import type { CDefinition } from '../c-code.ts';

/** For the steps of inner loops. */
export const ALWAYS_INLINE: CDefinition = {
  name: 'ALWAYS_INLINE',
  text: `/* Steps of inner loops: a call for each would take as long as the step, also where the compiler saves code. */
#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif
`,
};

/** For functions of layers that are to be fast. */
export const WHOLE: CDefinition = {
  name: 'WHOLE',
  text: `/* A function with copies of all that it calls, whose numbers it knows. */
#if defined(__GNUC__)
#define WHOLE __attribute__((noinline, flatten))
#else
#define WHOLE
#endif
`,
};

/** For the functions around inner loops. */
export const NEVER_INLINE: CDefinition = {
  name: 'NEVER_INLINE',
  text: `/* Around inner loops, which need all registers: what surrounded them elsewhere would take some. */
#if defined(__GNUC__)
#define NEVER_INLINE __attribute__((noinline))
#else
#define NEVER_INLINE
#endif
`,
};
