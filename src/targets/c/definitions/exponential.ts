/** gemmlowp's functions of fixed-point numbers in C: the twins of those in `core/fixed-point.ts`. */

import type { CDefinition } from '../c-code.ts';
import { DIVIDE_BY_POWER, HIGH_MUL } from './arithmetic.ts';

/** `SaturatingRoundingMultiplyByPOT` with a positive exponent. */
export const SHIFT_LEFT: CDefinition = {
  name: 'shift_left',
  text: `/* x * 2^exponent for 0 to 30, saturated. */
static inline int32_t shift_left(int32_t x, int32_t exponent)
{
  const int32_t most = INT32_MAX >> exponent;

  return x > most ? INT32_MAX : x < -most - 1 ? INT32_MIN : x * (INT32_C(1) << exponent);
}
`,
};

export const LEADING_ZEROS: CDefinition = {
  name: 'leading_zeros',
  text: `/* In front of the first one in 32 bits. */
static inline int32_t leading_zeros(uint32_t x)
{
  int32_t zeros = 0;

  while (zeros < 32 && (x & UINT32_C(0x80000000)) == 0u) {
    x <<= 1;
    zeros++;
  }
  return zeros;
}
`,
};

/** exp(−2^e) for e from −2 to 4, in 31 fractional bits. */
const POWERS = Int32Array.of(1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242);

/** `exp_on_negative_values` of 5 integer bits. */
export const EXP_OF_NEGATIVE: CDefinition = {
  name: 'exp_of_negative',
  constantBytes: POWERS.byteLength,
  needs: [HIGH_MUL, DIVIDE_BY_POWER],
  text: `/* exp(x), in 31 fractional bits, of x <= 0 in 26. */
static int32_t exp_of_negative(int32_t x)
{
  /* exp(-2^e) for e from -2 to 4 */
  static const int32_t powers[] = {${POWERS.join(', ')}};
  const int32_t quarter = INT32_C(1) << 24;
  const int32_t rest = (x & (quarter - 1)) - quarter;
  const int32_t quarters = rest - x;
  /* Around -1/8, in 31 fractional bits: 1 + y + y^2 / 2 + y^3 / 6 + y^4 / 24 */
  const int32_t y = rest * 32 + (INT32_C(1) << 28);
  const int32_t square = high_mul(y, y);
  const int32_t cube = high_mul(square, y);
  const int32_t fourth = divide_by_power(high_mul(square, square), 2);
  const int32_t tail = divide_by_power(high_mul(fourth + cube, 715827883) + square, 1);
  int32_t result = 1895147668 + high_mul(1895147668, y + tail);
  int32_t i;

  if (x == 0) {
    return INT32_MAX;
  }
  for (i = 0; i < 7; i++) {
    if ((quarters & (quarter << i)) != 0) {
      result = high_mul(result, powers[i]);
    }
  }
  return result;
}
`,
};

/** `one_over_one_plus_x_for_x_in_0_1`. */
export const ONE_OVER_ONE_PLUS: CDefinition = {
  name: 'one_over_one_plus',
  needs: [HIGH_MUL, SHIFT_LEFT],
  text: `/* 1 / (1 + x) of x from 0 to 1, in 31 fractional bits, by three steps of Newton's. */
static int32_t one_over_one_plus(int32_t x)
{
  const int32_t half = (int32_t)(((uint32_t)x + UINT32_C(0x80000000)) >> 1);
  /* 2 / (1 + x) in 29 fractional bits, first as 48/17 - 32/17 * half */
  int32_t y = 1515870810 + high_mul(half, -1010580540);
  int32_t step;

  for (step = 0; step < 3; step++) {
    y += shift_left(high_mul(y, (INT32_C(1) << 29) - high_mul(half, y)), 2);
  }
  return shift_left(y, 1);
}
`,
};
