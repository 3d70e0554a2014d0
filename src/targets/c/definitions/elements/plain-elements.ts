/** Conversions, conditions and choices of elements as they are, in C. */

import { type CDefinition, type CType, definitionsBy } from '../../c-code.ts';
import { signature, unaryLoop } from './element-loops.ts';

const shortName = (type: CType): string => type.replace('_t', '');

const TRUNCATED: CDefinition = {
  name: 'truncated',
  text: `/* Without the fraction; beyond int32 the last number of it, and 0 for NaN. */
static inline int32_t truncated(float x)
{
  if (x >= 2147483648.0f) {
    return INT32_MAX;
  }
  if (x >= -2147483648.0f) {
    return (int32_t)x;
  }
  return x < 0.0f ? INT32_MIN : 0;
}
`,
};

/** `cast_float_to_int8(input, output, count)` */
export const CAST = definitionsBy((from: CType, to: CType) => {
  const isCut = from === 'float';
  return unaryLoop({
    name: `cast_${shortName(from)}_to_${shortName(to)}`,
    comment: isCut
      ? 'Fractions are cut off, and of a number that is too large the lowest bytes stay.'
      : 'Of a number that is too large the lowest bytes stay.',
    input: from,
    output: to,
    result: isCut ? `(${to})truncated(input[i])` : `(${to})input[i]`,
    needs: isCut ? [TRUNCATED] : [],
  });
});

/** `logical_not(input, output, count)` */
export const LOGICAL_NOT = unaryLoop({
  name: 'logical_not',
  comment: '1 for 0, and 0 for all else.',
  input: 'uint8_t',
  output: 'uint8_t',
  result: 'input[i] == 0 ? 1 : 0',
});

/** `select_int8(condition, step, x, step, y, step, output, count)` */
export const SELECT = definitionsBy((type: CType): CDefinition => {
  const tensors = [
    ...['const uint8_t *condition', 'int32_t step'],
    ...[`const ${type} *x`, 'int32_t step_x', `const ${type} *y`, 'int32_t step_y'],
    ...[`${type} *output`, 'int32_t count'],
  ];
  const name = `select_${shortName(type)}`;
  return {
    name,
    text: `/* x where the condition holds, else y. */
${signature(name, [], tensors)}
{
  int32_t i;

  for (i = 0; i < count; i++) {
    output[i] = *condition != 0 ? *x : *y;
    condition += step;
    x += step_x;
    y += step_y;
  }
}
`,
  };
});
