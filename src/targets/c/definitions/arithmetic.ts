/** TFLM's integer arithmetic in C: the twins of `core/fixed-point.ts`. */

import type { CDefinition } from '../c-code.ts';
import { HAS_DSP } from './dsp.ts';
import { ALWAYS_INLINE } from './inlining.ts';

/** `SaturatingRoundingDoublingHighMul`. */
export const HIGH_MUL: CDefinition = {
  name: 'high_mul',
  text: `/* a * b / 2^31, rounded; ties go up. */
static inline int32_t high_mul(int32_t a, int32_t b)
{
  if (a == INT32_MIN && b == INT32_MIN) {
    return INT32_MAX;
  }
  return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}
`,
};

/** The same, in one instruction where there is one. */
export const HIGH_MUL_BOUNDED: CDefinition = {
  name: 'high_mul_bounded',
  needs: [ALWAYS_INLINE, HAS_DSP, HIGH_MUL],
  text: `/* a * b / 2^31, rounded; ties go up. For a below 2^30. */
static ALWAYS_INLINE int32_t high_mul_bounded(int32_t a, int32_t b)
{
#if HAS_DSP
  int32_t result;
  __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"((uint32_t)a << 1), "r"(b));
  return result;
#else
  return high_mul(a, b);
#endif
}
`,
};

/** The same of a number that was doubled, for which nothing is left to do but multiply. */
export const HIGH_MUL_DOUBLED: CDefinition = {
  name: 'high_mul_doubled',
  needs: [ALWAYS_INLINE, HAS_DSP],
  text: `/* twice * b / 2^32, rounded; ties go up. */
static ALWAYS_INLINE int32_t high_mul_doubled(int32_t twice, int32_t b)
{
#if HAS_DSP
  int32_t result;
  __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(twice), "r"(b));
  return result;
#else
  return (int32_t)(((int64_t)twice * b + (INT64_C(1) << 31)) >> 32);
#endif
}
`,
};

/** `RoundingDivideByPOT`. */
export const DIVIDE_BY_POWER: CDefinition = {
  name: 'divide_by_power',
  text: `/* x / 2^exponent for 0 to 31, rounded; ties go away from zero. */
static inline int32_t divide_by_power(int32_t x, int32_t exponent)
{
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);

  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}
`,
};

/** `MultiplyByQuantizedMultiplier`. */
export const REQUANTIZE: CDefinition = {
  name: 'requantize',
  needs: [HIGH_MUL, DIVIDE_BY_POWER],
  text: `/* x * multiplier * 2^(shift - 31): from the scale of a sum to that of an output. */
static inline int32_t requantize(int32_t x, int32_t multiplier, int32_t shift)
{
  if (shift > 0) {
    return high_mul((int32_t)((uint32_t)x << shift), multiplier);
  }
  return divide_by_power(high_mul(x, multiplier), -shift);
}
`,
};

export const CLAMP: CDefinition = {
  name: 'clamp',
  text: `static inline int32_t clamp(int32_t x, int32_t least, int32_t most)
{
  return x < least ? least : x > most ? most : x;
}
`,
};

export const SCALING: CDefinition = {
  name: 'struct scaling',
  text: `/* From one scale to another. */
struct scaling {
  int32_t multiplier;
  int32_t shift;
};
`,
};
