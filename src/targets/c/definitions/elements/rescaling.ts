/** From integers of one scale to those of another, in C. */

import { type CDefinition, type CType, definitionsBy } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';
import { unaryLoop } from './element-loops.ts';

const RESCALED: CDefinition = {
  name: 'rescaled',
  needs: [REQUANTIZE, CLAMP],
  text: `/* From one scale and zero point to another. Limits are those before the zero point is added. */
struct rescaling {
  int32_t zero_in;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t rescaled(const struct rescaling *p, int32_t x)
{
  return p->zero_out + clamp(requantize(x - p->zero_in, p->multiplier, p->shift), p->least, p->most);
}
`,
};

/** `rescale_int8_to_int16(p, input, output, count)` */
export const RESCALE = definitionsBy((from: CType, to: CType) =>
  unaryLoop({
    name: from === to ? `rescale_${from.slice(0, -2)}` : `rescale_${from.slice(0, -2)}_to_${to.slice(0, -2)}`,
    comment: 'The same numbers in another scale.',
    parameters: ['const struct rescaling *p'],
    input: from,
    output: to,
    result: `(${to})rescaled(p, input[i])`,
    needs: [RESCALED],
  }),
);

/** `clamp_int8(least, most, input, output, count)` */
export const CLAMP_ALL = definitionsBy((type: CType) =>
  unaryLoop({
    name: `clamp_${type.slice(0, -2)}`,
    comment: 'No less than the least, no more than the most.',
    parameters: ['int32_t least', 'int32_t most'],
    input: type,
    output: type,
    result: `(${type})clamp(input[i], least, most)`,
    needs: [CLAMP],
  }),
);

/** `abs_int8(p, input, output, count)` */
export const ABS_QUANTIZED = definitionsBy((type: 'int8' | 'int16') =>
  unaryLoop({
    name: `abs_${type}`,
    comment: 'The sizes of numbers, in another scale.',
    parameters: ['const struct rescaling *p'],
    input: `${type}_t`,
    output: `${type}_t`,
    result: `(${type}_t)rescaled(p, input[i] < p->zero_in ? 2 * p->zero_in - input[i] : input[i])`,
    needs: [RESCALED],
  }),
);

const LEAKED: CDefinition = {
  name: 'leaked',
  needs: [REQUANTIZE, CLAMP],
  text: `/* Ways to the output above and below 0; the slope below has a sign. Limits are those before the zero point is added. */
struct leaky_relu {
  int32_t zero_in;
  int32_t multiplier;
  int32_t shift;
  int32_t multiplier_below;
  int32_t shift_below;
  int32_t sign_below;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t leaked(const struct leaky_relu *p, int32_t x)
{
  const int32_t centered = x - p->zero_in;
  const int32_t scaled = centered >= 0
      ? requantize(centered, p->multiplier, p->shift)
      : p->sign_below * requantize(centered, p->multiplier_below, p->shift_below);

  return p->zero_out + clamp(scaled, p->least, p->most);
}
`,
};

/** `leaky_relu_int8(p, input, output, count)` */
export const LEAKY_RELU_QUANTIZED = definitionsBy((type: 'int8' | 'int16') =>
  unaryLoop({
    name: `leaky_relu_${type}`,
    comment: 'Numbers, and where they are negative, so many times them.',
    parameters: ['const struct leaky_relu *p'],
    input: `${type}_t`,
    output: `${type}_t`,
    result: `(${type}_t)leaked(p, input[i])`,
    needs: [LEAKED],
  }),
);
