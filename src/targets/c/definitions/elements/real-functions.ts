/** Functions of one real number in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP_FLOAT } from '../real-arithmetic.ts';
import { unaryLoop } from './element-loops.ts';

const ROUND_TO_EVEN: CDefinition = {
  name: 'round_to_even',
  headers: ['math.h'],
  text: `/* Of two that are equally near, the even one. */
static inline float round_to_even(float x)
{
  const float below = floorf(x);
  const float rest = x - below;

  return rest < 0.5f || (rest == 0.5f && fmodf(below, 2.0f) == 0.0f) ? below : below + 1.0f;
}
`,
};

/**
 * The interpreter computes functions of real numbers in double precision and rounds the result; libraries differ in the last
 * bit of a double, which is seen in one of some hundred million results.
 */
const DOUBLE = 'In double precision, then rounded: the last bit may differ between mathematical libraries.';

const x = 'input[i]';
const FUNCTIONS = {
  abs: { comment: '|x|', result: `fabsf(${x})` },
  ceil: { comment: 'The whole number above.', result: `ceilf(${x})` },
  cos: { comment: `cos(x)\n${DOUBLE}`, result: `(float)cos((double)${x})` },
  elu: {
    comment: `x, and where it is negative, exp(x) - 1.\n${DOUBLE}`,
    result: `${x} < 0.0f ? (float)expm1((double)${x}) : ${x}`,
  },
  exp: { comment: `exp(x)\n${DOUBLE}`, result: `(float)exp((double)${x})` },
  floor: { comment: 'The whole number below.', result: `floorf(${x})` },
  log: { comment: `log(x)\n${DOUBLE}`, result: `(float)log((double)${x})` },
  logistic: { comment: `1 / (1 + exp(-x))\n${DOUBLE}`, result: `(float)(1.0 / (1.0 + exp(-(double)${x})))` },
  round: { comment: 'The nearest whole number.', result: `round_to_even(${x})`, needs: [ROUND_TO_EVEN] },
  rsqrt: { comment: '1 / sqrt(x)', result: `1.0f / sqrtf(${x})` },
  sin: { comment: `sin(x)\n${DOUBLE}`, result: `(float)sin((double)${x})` },
  sqrt: { comment: 'sqrt(x)', result: `sqrtf(${x})` },
  tanh: { comment: `tanh(x)\n${DOUBLE}`, result: `(float)tanh((double)${x})` },
} as const satisfies Readonly<
  Record<string, { comment: string; result: string; needs?: readonly CDefinition[] }>
>;

export type RealFunction = keyof typeof FUNCTIONS;

/** `exp_float(input, output, count)` */
export const REAL_FUNCTION = definitionsBy((name: RealFunction) =>
  unaryLoop({
    name: `${name}_float`,
    input: 'float',
    output: 'float',
    headers: ['math.h'],
    ...FUNCTIONS[name],
  }),
);

const HARD_SWISH: CDefinition = {
  name: 'hard_swish',
  text: `static inline double hard_swish(double x)
{
  const double shifted = x + 3.0;
  const double share = shifted <= 0.0 ? 0.0 : shifted >= 6.0 ? 6.0 : shifted;

  return x * share / 6.0;
}
`,
};

/** Functions that arithmetic alone makes, and need no library. */
const PLAIN_FUNCTIONS = {
  hard_swish: {
    comment:
      'x * min(max(x + 3, 0), 6) / 6\nIn double precision, then rounded once, as the interpreter does.',
    result: `(float)hard_swish((double)${x})`,
    needs: [HARD_SWISH],
  },
  neg: { comment: '-x', result: `-${x}`, needs: [] },
  square: { comment: 'x^2', result: `${x} * ${x}`, needs: [] },
} as const;

export type PlainFunction = keyof typeof PLAIN_FUNCTIONS;

/** `neg_float(input, output, count)` */
export const PLAIN_FUNCTION = definitionsBy((name: PlainFunction) =>
  unaryLoop({ name: `${name}_float`, input: 'float', output: 'float', ...PLAIN_FUNCTIONS[name] }),
);

/** `clamp_all_float(least, most, input, output, count)` */
export const CLAMP_ALL_FLOAT = unaryLoop({
  name: 'clamp_all_float',
  comment: 'No less than the least, no more than the most.',
  parameters: ['float least', 'float most'],
  input: 'float',
  output: 'float',
  result: `clamp_float(${x}, least, most)`,
  needs: [CLAMP_FLOAT],
});

/** `leaky_relu_float(slope, input, output, count)` */
export const LEAKY_RELU_FLOAT = unaryLoop({
  name: 'leaky_relu_float',
  comment: 'x, and where it is not positive, so many times x.',
  parameters: ['float slope'],
  input: 'float',
  output: 'float',
  result: `${x} > 0.0f ? ${x} : ${x} * slope`,
});
