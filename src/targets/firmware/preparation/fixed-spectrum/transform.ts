/** `kernels/features/real_fft_int16.ts` in C, from windowed values to energies. */

import type { SharedFunction } from '../shared-functions.ts';
import { COMPLEX_NUMBERS } from './complex-numbers.ts';
import { withNames } from './names.ts';

export const QUADRUPLE: SharedFunction = {
  name: 'quadruple',
  needs: [COMPLEX_NUMBERS],
  headers: [],
  text: withNames(`static @PREPARE_INLINE uint32_t @shifted(uint32_t z, uint32_t bits) {
  return @re_and_im(z << bits, (z & 0xffff0000u) << bits);
}

// The transform of four numbers, to places \`span\` apart.
static @PREPARE_INLINE void @quadruple(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t* to, int32_t span) {
  const uint32_t even = @plus(a, c);
  const uint32_t rest = @minus(a, c);
  const uint32_t odd = @plus(b, d);
  const uint32_t cross = @minus(b, d);
  to[0] = @plus(even, odd);
  to[span] = @minus_turned(rest, cross);
  to[2 * span] = @minus(even, odd);
  to[3 * span] = @plus_turned(rest, cross);
}
`),
};

/** `half` complex numbers; `first` is the span of the first step that multiplies. */
export function transformText(half: number): string {
  const isPower = Math.log2(half) % 2 === 0;
  const groups = isPower ? half / 4 : half / 2;
  const load = (at: string): string => `@shifted(from[${at}], bits)`;
  const firstStep = isPower
    ? `    const uint32_t a = @scaled(${load('place')}, 8191u);
    const uint32_t b = @scaled(${load(`place + ${half / 4}`)}, 8191u);
    const uint32_t c = @scaled(${load(`place + ${half / 2}`)}, 8191u);
    const uint32_t d = @scaled(${load(`place + ${(3 * half) / 4}`)}, 8191u);
    @quadruple(a, b, c, d, z, 1);
    z += 4;
`
    : `    const uint32_t a = @scaled(${load('place')}, 16383u);
    const uint32_t b = @scaled(${load(`place + ${half / 2}`)}, 16383u);
    z[0] = @plus(a, b);
    z[1] = @minus(a, b);
    z += 2;
`;
  return `// The first step, whose factors are all 1: from numbers in their order to places whose digits are reversed.
static void $begin_transform(const uint32_t* from, uint32_t bits, uint32_t* z) {
  int32_t place = 0;
  for (int32_t i = 0; i < ${groups}; ++i) {
    int32_t digit = ${groups / 4};
${firstStep}    for (; digit != 0 && (place & (3 * digit)) == 3 * digit; digit >>= 2) place -= 3 * digit;
    place += digit;
  }
}

static void $transform(uint32_t* z) {
  int32_t stride = ${groups / 4};
  for (int32_t span = ${isPower ? 4 : 2}; span < ${half}; span *= 4, stride >>= 2) {
    const uint32_t* turn_1 = @kTurns;
    const uint32_t* turn_2 = @kTurns;
    const uint32_t* turn_3 = @kTurns;
    for (int32_t k = 0; k < span; ++k) {
      const uint32_t t1 = *turn_1;
      const uint32_t t2 = *turn_2;
      const uint32_t t3 = *turn_3;
      for (uint32_t* a = z + k; a < z + ${half}; a += 4 * span) {
        @quadruple(@scaled(a[0], 8191u), @product(@scaled(a[span], 8191u), t1),
                   @product(@scaled(a[2 * span], 8191u), t2), @product(@scaled(a[3 * span], 8191u), t3),
                   a, span);
      }
      turn_1 += stride;
      turn_2 += 2 * stride;
      turn_3 += 3 * stride;
    }
  }
}

// From the transform of pairs of real numbers to the energies of the numbers; the first place is nobody's.
static void $energies(uint32_t* z) {
  const uint32_t* turn = @kHalfTurns;
  for (int32_t k = 1, m = ${half - 1}; k <= m; ++k, --m) {
    const uint32_t a = @scaled(z[k], 16383u);
    const uint32_t b = @scaled((z[m] ^ 0xffff0000u) + 0x10000u, 16383u);
    const uint32_t even = @plus(a, b);
    const uint32_t odd = @product(@minus(a, b), *turn++);
    const uint32_t low = @half_plus(even, odd);
    const uint32_t high = @re_and_im(@half_minus(even, odd), @half_minus(odd, even));
    z[k] = @product_sum(low, low);
    z[m] = @product_sum(high, high);
  }
}
`;
}
