/** Arithmetic of two tensors of real numbers or plain integers in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP } from '../arithmetic.ts';
import { CLAMP_FLOAT } from '../real-arithmetic.ts';
import { pairLoop } from './element-loops.ts';

export type Arithmetic = 'add' | 'subtract' | 'multiply' | 'divide';

const OPERATORS = { add: '+', subtract: '-', multiply: '*', divide: '/' } as const;

/** `add_float(a, step_a, b, step_b, output, count)`, or clamped with the limits in front. */
export const ARITHMETIC_FLOAT = definitionsBy((name: Arithmetic, limits: 'clamped' | 'free') => {
  const text = `*a ${OPERATORS[name]} *b`;
  const isClamped = limits === 'clamped';
  return pairLoop({
    name: isClamped ? `${name}_float_clamped` : `${name}_float`,
    comment: text.replaceAll('*a', 'a').replaceAll('*b', 'b'),
    parameters: isClamped ? ['float least', 'float most'] : [],
    a: 'float',
    b: 'float',
    output: 'float',
    result: isClamped ? `clamp_float(${text}, least, most)` : text,
    needs: isClamped ? [CLAMP_FLOAT] : [],
  });
});

const QUOTIENT_INT32: CDefinition = {
  name: 'quotient_int32',
  text: `/* Toward 0, and 0 of what is divided by 0, where TensorFlow Lite Micro stops. */
static inline int32_t quotient_int32(int32_t a, int32_t b)
{
  if (b == 0) {
    return 0;
  }
  return b == -1 ? (int32_t)(0u - (uint32_t)a) : a / b;
}
`,
};

/** Integers that are too large lose what does not fit. */
const INT32_RESULTS: Readonly<Record<Arithmetic, string>> = {
  add: '(int32_t)((uint32_t)*a + (uint32_t)*b)',
  subtract: '(int32_t)((uint32_t)*a - (uint32_t)*b)',
  multiply: '(int32_t)((uint32_t)*a * (uint32_t)*b)',
  divide: 'quotient_int32(*a, *b)',
};

/** `add_int32(least, most, a, step_a, b, step_b, output, count)` */
export const ARITHMETIC_INT32 = definitionsBy((name: Arithmetic) =>
  pairLoop({
    name: `${name}_int32`,
    comment: `a ${OPERATORS[name]} b; of what is too large for 32 bits the lowest stay.`,
    parameters: ['int32_t least', 'int32_t most'],
    a: 'int32_t',
    b: 'int32_t',
    output: 'int32_t',
    result: `clamp(${INT32_RESULTS[name]}, least, most)`,
    needs: name === 'divide' ? [CLAMP, QUOTIENT_INT32] : [CLAMP],
  }),
);

const WRAPPED_SQUARE: CDefinition = {
  name: 'wrapped_square',
  text: `static inline uint32_t wrapped_square(uint32_t x)
{
  return x * x;
}
`,
};

export const SQUARED_DIFFERENCE_INT32 = pairLoop({
  name: 'squared_difference_int32',
  comment: '(a - b)^2; of what is too large for 32 bits the lowest stay.',
  a: 'int32_t',
  b: 'int32_t',
  output: 'int32_t',
  result: '(int32_t)wrapped_square((uint32_t)*a - (uint32_t)*b)',
  needs: [WRAPPED_SQUARE],
});

const FLOOR_MOD: CDefinition = {
  name: 'floor_mod',
  headers: ['math.h'],
  text: `static inline float floor_mod(float a, float b)
{
  const float rest = fmodf(a, b);

  return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}
`,
};

/** Of two real numbers, without limits. */
const REAL_PAIRS = {
  squared_difference: { comment: '(a - b)^2', result: '(*a - *b) * (*a - *b)', needs: [], headers: [] },
  floor_div: {
    comment:
      'The whole number below a / b.\nIn double precision: a quotient that is rounded could have reached the next one.',
    result: '(float)floor((double)*a / (double)*b)',
    needs: [],
    headers: ['math.h'],
  },
  floor_mod: {
    comment: 'What is left of a / b, with the sign of b.',
    result: 'floor_mod(*a, *b)',
    needs: [FLOOR_MOD],
    headers: [],
  },
  prelu: {
    comment: 'a, and where it is negative, a * b.',
    result: '*a >= 0.0f ? *a : *a * *b',
    needs: [],
    headers: [],
  },
} as const;

export type RealPair = keyof typeof REAL_PAIRS;

/** `prelu_float(a, step_a, b, step_b, output, count)` */
export const REAL_PAIR = definitionsBy((name: RealPair) =>
  pairLoop({ name: `${name}_float`, a: 'float', b: 'float', output: 'float', ...REAL_PAIRS[name] }),
);
