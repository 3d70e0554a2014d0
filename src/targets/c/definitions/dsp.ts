import type { CDefinition } from '../c-code.ts';

/** Whether functions may be written for the DSP instructions of Cortex-M4, M7, M33 and their like. */
export const HAS_DSP: CDefinition = {
  name: 'HAS_DSP',
  text: `/* Instructions on pairs of int16; in Thumb any two registers are loaded at once, and words may lie anywhere. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && \\
    defined(__ARM_FEATURE_UNALIGNED) && !defined(__ARM_BIG_ENDIAN)
#define HAS_DSP 1
#else
#define HAS_DSP 0
#endif
`,
};
