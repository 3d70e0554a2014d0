/** Sigmoid and tanh of int16: the twins of `kernels/int16/sigmoid.ts`. */

import { SIGMOID_POINTS } from '../../../../kernels/int16/sigmoid.ts';
import { literalLines } from '../../../firmware/c-literal.ts';
import type { CDefinition } from '../../c-code.ts';

const SIGMOID_TABLE: CDefinition = {
  name: 'sigmoid_between',
  constantBytes: 2 * SIGMOID_POINTS.length,
  text: `/* The sigmoid of 0, 1/24, 2/24, ... in 16 bits. */
static const uint16_t sigmoid_points[${SIGMOID_POINTS.length}] = {
${literalLines(Array.from(SIGMOID_POINTS, String), '  ')}};

/* Between two points, in steps of 2^-bits of their distance; beyond the last one what is said. */
static inline int32_t sigmoid_between(int32_t size, int32_t bits, int32_t beyond)
{
  const int32_t index = size >> bits;
  const int32_t part = size & ((1 << bits) - 1);

  if (index >= ${SIGMOID_POINTS.length - 1}) {
    return beyond;
  }
  return sigmoid_points[index] * (1 << bits) + part * (sigmoid_points[index + 1] - sigmoid_points[index]);
}

/* A value of int16 in parts of the distance between two points. */
static inline int32_t sigmoid_argument(int32_t value, int32_t multiplier, int32_t right_shift)
{
  const int32_t round = right_shift > 0 ? 1 << (right_shift - 1) : 0;

  return (value * multiplier + round) >> right_shift;
}
`,
};

/** `sigmoid_int16(sigmoid_argument(value, multiplier, right_shift))` */
export const SIGMOID_INT16: CDefinition = {
  name: 'sigmoid_int16',
  needs: [SIGMOID_TABLE],
  text: `/* With 15 fractional bits. */
static inline int32_t sigmoid_int16(int32_t x)
{
  const int32_t result = sigmoid_between(x < 0 ? -x : x, 9, 0x7fff << 10);

  return (x >= 0 ? result + 512 : (1 << 25) - result + 511) >> 10;
}
`,
};

/** `tanh_int16(sigmoid_argument(value, multiplier, right_shift))` */
export const TANH_INT16: CDefinition = {
  name: 'tanh_int16',
  needs: [SIGMOID_TABLE],
  text: `/* 2 * sigmoid(2 * x) - 1, with 15 fractional bits. */
static inline int32_t tanh_int16(int32_t x)
{
  const int32_t result = sigmoid_between(x < 0 ? -x : x, 8, 0xffff << 8);

  return (x >= 0 ? result - (1 << 23) + 128 : -result + (1 << 23) + 127) >> 8;
}
`,
};
