/** Between real numbers and integers that stand for them, in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP } from '../arithmetic.ts';
import { unaryLoop } from './element-loops.ts';

const ROUNDED: CDefinition = {
  name: 'rounded',
  text: `/* To the nearest integer, halves away from zero; beyond 2^17, and so beyond int16, all are alike. NaN becomes 0. */
static inline int32_t rounded(float x)
{
  int32_t whole;
  float rest;

  if (x >= 131072.0f) {
    return 131072;
  }
  if (!(x > -131072.0f)) {
    return x <= -131072.0f ? -131072 : 0;
  }
  whole = (int32_t)x;
  rest = x - (float)whole;
  return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
}
`,
};

/** `quantize_int8(scale, zero_point, least, most, input, output, count)` */
export const QUANTIZE_FLOAT = definitionsBy((type: 'int8' | 'int16') =>
  unaryLoop({
    name: `quantize_${type}`,
    comment: 'Real numbers in steps of a scale.',
    parameters: ['float scale', 'int32_t zero_point', 'int32_t least', 'int32_t most'],
    input: 'float',
    output: `${type}_t`,
    result: `(${type}_t)clamp(zero_point + rounded(input[i] / scale), least, most)`,
    needs: [ROUNDED, CLAMP],
  }),
);

/** `dequantize_int8(scale, zero_point, input, output, count)` */
export const DEQUANTIZE = definitionsBy((type: 'int8' | 'int16' | 'uint8') =>
  unaryLoop({
    name: `dequantize_${type}`,
    comment: 'The real numbers that steps of a scale stand for.',
    parameters: ['float scale', 'int32_t zero_point'],
    input: `${type}_t`,
    output: 'float',
    result: 'scale * (float)(input[i] - zero_point)',
  }),
);
