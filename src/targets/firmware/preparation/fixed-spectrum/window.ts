/** From readings to windowed pairs of int16, in C. */

import { FIXED_POINT } from '../../../../core/samples/fixed-spectrum.ts';
import type { SharedFunction } from '../shared-functions.ts';
import { INLINED, withNames } from './names.ts';

export const SAMPLE: SharedFunction = {
  name: 'sample',
  needs: [INLINED],
  headers: ['stdint', 'string'],
  text: withNames(`// value * 2^15, rounded, ties away from zero; at most 32767. Keeps the bits of what is no number, which counts as 0.
static @PREPARE_INLINE int32_t @sample(float value, uint32_t* missing) {
  uint32_t bits;
  @copy_bytes(&bits, &value, sizeof bits);
#if defined(__ARM_FP)
  // Up to 32767 where a unit for floats cuts 2^16 times the value, exactly: ties of its half go away from zero.
  if (bits << 1 < 0x7efffe00u) {
    const int32_t twice = (int32_t)(value * 65536.0f);
    return (twice + 1 + (twice >> 31)) >> 1;
  }
#endif
  const uint32_t exponent = (bits >> 23) & 0xffu;
  uint32_t magnitude = 32768u;
  if (exponent - 111u < 16u) {
    magnitude = (((bits << 8 | 0x80000000u) >> (142u - exponent)) + 1u) >> 1;
  } else if (exponent < 111u) {
    return 0;
  } else if ((bits & 0x7fffffffu) > 0x7f800000u) {
    *missing = bits;
    return 0;
  }
  if ((bits >> 31) != 0) return -(int32_t)magnitude;
  return magnitude < 32767u ? (int32_t)magnitude : 32767;
}
`),
};

/** `window` values and zeros up to `2 * half`. */
export function windowText(window: number, half: number): string {
  const pairs = Math.floor(window / 2);
  const last =
    window % 2 === 0
      ? ''
      : `  const int32_t last = (@sample(*from, &none) * *coefficient) >> ${FIXED_POINT.WINDOW_BITS};
  magnitudes |= last < 0 ? 0u - (uint32_t)last : (uint32_t)last;
  pairs[${pairs}] = @complex((uint32_t)last, 0u);
`;
  const zeros = Math.ceil(window / 2);
  return `// How far all of them can be shifted to the left, after the window; nothing saturates there.
static uint32_t $take_window(const float* from, uint32_t* pairs, uint32_t* missing) {
  uint32_t magnitudes = 0;
  uint32_t none = 0;
  const int16_t* coefficient = @kWindow;
  for (int32_t i = 0; i < ${pairs}; ++i) {
    const int32_t a = (@sample(*from++, &none) * *coefficient++) >> ${FIXED_POINT.WINDOW_BITS};
    const int32_t b = (@sample(*from++, &none) * *coefficient++) >> ${FIXED_POINT.WINDOW_BITS};
    magnitudes |= a < 0 ? 0u - (uint32_t)a : (uint32_t)a;
    magnitudes |= b < 0 ? 0u - (uint32_t)b : (uint32_t)b;
    pairs[i] = @complex((uint32_t)a, (uint32_t)b);
  }
${last}${zeros < half ? `  for (int32_t i = ${zeros}; i < ${half}; ++i) pairs[i] = 0;\n` : ''}  *missing = none;
  if (magnitudes == 0) return 0;
  const uint32_t zeros = @leading_zeros(magnitudes);
  return zeros > 17u ? zeros - 17u : 0u;
}
`;
}
