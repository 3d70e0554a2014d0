/** From integers of one scale to those of another, in C. */

import { type CDefinition, type CType, definitionsBy } from '../c-code.ts';
import { CLAMP, REQUANTIZE } from './arithmetic.ts';
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
