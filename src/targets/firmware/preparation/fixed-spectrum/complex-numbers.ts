/** Steps on complex numbers of int16: the one place where chips with DSP instructions differ, in speed and in nothing else. */

import type { SharedFunction } from '../shared-functions.ts';
import { INLINED, withNames } from './names.ts';

/** What one instruction does with two numbers, and with three. */
const OF_TWO = {
  plus: 'sadd16',
  minus: 'ssub16',
  plus_turned: 'sasx',
  minus_turned: 'ssax',
  half_plus: 'shadd16',
  half_minus: 'shsub16',
  product_sum: 'smuad',
  re_and_im: 'pkhbt',
} as const;

const OF_THREE = {
  add_re_re: 'smlabb',
  add_im_re: 'smlatb',
  add_difference: 'smlsd',
  add_crosswise: 'smladx',
} as const;

function instructionText(name: string, operands: readonly string[], instruction: string): string {
  const operandTexts = operands.map((operand) => `"r"(${operand})`).join(', ');
  const places = ['', ...operands].map((_, i) => `%${i}`).join(', ');
  return `static @PREPARE_INLINE uint32_t @${name}(${operands.map((operand) => `uint32_t ${operand}`).join(', ')}) {
  uint32_t result;
  __asm__("${instruction} ${places}" : "=r"(result) : ${operandTexts});
  return result;
}
`;
}

const DSP = [
  ...Object.entries(OF_TWO).map(([name, instruction]) => instructionText(name, ['a', 'b'], instruction)),
  ...Object.entries(OF_THREE).map(([name, instruction]) =>
    instructionText(name, ['a', 'b', 'c'], instruction),
  ),
].join('');

const PORTABLE = `static @PREPARE_INLINE int32_t @re(uint32_t z) { return (int16_t)(z & 0xffffu); }
static @PREPARE_INLINE int32_t @im(uint32_t z) { return (int16_t)(z >> 16); }
static @PREPARE_INLINE uint32_t @complex(uint32_t re, uint32_t im) { return (re & 0xffffu) | (im << 16); }
static @PREPARE_INLINE uint32_t @re_and_im(uint32_t re, uint32_t im) {
  return (re & 0xffffu) | (im & 0xffff0000u);
}
static @PREPARE_INLINE uint32_t @plus(uint32_t a, uint32_t b) {
  return ((a + b) & 0xffffu) | ((a & 0xffff0000u) + (b & 0xffff0000u));
}
static @PREPARE_INLINE uint32_t @minus(uint32_t a, uint32_t b) {
  return ((a - b) & 0xffffu) | ((a & 0xffff0000u) - (b & 0xffff0000u));
}
static @PREPARE_INLINE uint32_t @plus_turned(uint32_t a, uint32_t b) {
  return ((a - (b >> 16)) & 0xffffu) | ((a & 0xffff0000u) + (b << 16));
}
static @PREPARE_INLINE uint32_t @minus_turned(uint32_t a, uint32_t b) {
  return ((a + (b >> 16)) & 0xffffu) | ((a & 0xffff0000u) - (b << 16));
}
static @PREPARE_INLINE uint32_t @half_plus(uint32_t a, uint32_t b) {
  return @complex((uint32_t)((@re(a) + @re(b)) >> 1), (uint32_t)((@im(a) + @im(b)) >> 1));
}
static @PREPARE_INLINE uint32_t @half_minus(uint32_t a, uint32_t b) {
  return @complex((uint32_t)((@re(a) - @re(b)) >> 1), (uint32_t)((@im(a) - @im(b)) >> 1));
}
static @PREPARE_INLINE uint32_t @product_sum(uint32_t a, uint32_t b) {
  return (uint32_t)(@re(a) * @re(b)) + (uint32_t)(@im(a) * @im(b));
}
static @PREPARE_INLINE uint32_t @add_re_re(uint32_t a, uint32_t b, uint32_t c) {
  return (uint32_t)(@re(a) * @re(b)) + c;
}
static @PREPARE_INLINE uint32_t @add_im_re(uint32_t a, uint32_t b, uint32_t c) {
  return (uint32_t)(@im(a) * @re(b)) + c;
}
static @PREPARE_INLINE uint32_t @add_difference(uint32_t a, uint32_t b, uint32_t c) {
  return (uint32_t)(@re(a) * @re(b)) - (uint32_t)(@im(a) * @im(b)) + c;
}
static @PREPARE_INLINE uint32_t @add_crosswise(uint32_t a, uint32_t b, uint32_t c) {
  return (uint32_t)(@re(a) * @im(b)) + (uint32_t)(@im(a) * @re(b)) + c;
}
static @PREPARE_INLINE uint32_t @upper(uint32_t re, uint32_t im) {
  return ((re >> 15) & 0xffffu) | ((im << 1) & 0xffff0000u);
}
`;

/**
 * Sums are taken modulo 2^16; products, of numbers whose magnitude is at most 2^15 on one side, are rounded to 15 bits. Words are
 * unsigned, so that nothing is undefined.
 */
export const COMPLEX_NUMBERS: SharedFunction = {
  name: 'complex_numbers',
  needs: [INLINED],
  headers: ['stdint'],
  text: withNames(`// Complex numbers of int16 in a word each, the real part in the lower half.
#if defined(__GNUC__) && defined(__ARM_FEATURE_DSP)
// a + ib and a - ib are "turned", "upper" is what lies above 15 places of two numbers.
${DSP}static @PREPARE_INLINE uint32_t @complex(uint32_t re, uint32_t im) {
  uint32_t result;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(re), "r"(im));
  return result;
}
static @PREPARE_INLINE uint32_t @upper(uint32_t re, uint32_t im) {
  uint32_t result;
  __asm__("pkhbt %0, %1, %2, lsl #1" : "=r"(result) : "r"(re >> 15), "r"(im));
  return result;
}
#else
${PORTABLE}#endif

// The product of both parts and a factor of 2^-15, rounded.
static @PREPARE_INLINE uint32_t @scaled(uint32_t z, uint32_t factor) {
  return @upper(@add_re_re(z, factor, 16384u), @add_im_re(z, factor, 16384u));
}

static @PREPARE_INLINE uint32_t @product(uint32_t z, uint32_t turn) {
  return @upper(@add_difference(z, turn, 16384u), @add_crosswise(z, turn, 16384u));
}
`),
};
