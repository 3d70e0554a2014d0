/** Sums of several tensors, and along an axis, in C. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';

const TERM: CDefinition = {
  name: 'sum_of_many',
  needs: [REQUANTIZE, CLAMP],
  text: `/* Terms are enlarged by 2^20, sums brought to the output. Limits are those before the zero point is added. */
struct sum_of_many {
  int32_t zero_in;
  int32_t multiplier_in;
  int32_t shift_in;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static inline int32_t term_of(const struct sum_of_many *p, int32_t x)
{
  return requantize((x - p->zero_in) * (INT32_C(1) << 20), p->multiplier_in, p->shift_in);
}

/* As TensorFlow Lite Micro starts: with the raw number 0, which is nothing only where the zero point is 0. */
static inline int32_t start_of(const struct sum_of_many *p)
{
  return term_of(p, 0);
}

static inline int8_t end_of(const struct sum_of_many *p, int32_t sum)
{
  return (int8_t)(p->zero_out + clamp(requantize(sum, p->multiplier, p->shift), p->least, p->most));
}
`,
};

/** What differs between integers and real numbers. */
const ARITHMETIC = {
  int8: {
    type: 'int8_t',
    sum: 'int32_t',
    parameter: 'const struct sum_of_many *p, ',
    start: 'start_of(p)',
    term: (x: string) => `term_of(p, ${x})`,
    end: (sum: string) => `end_of(p, ${sum})`,
    needs: [TERM],
  },
  float: {
    type: 'float',
    sum: 'float',
    parameter: '',
    start: '0.0f',
    term: (x: string) => x,
    end: (sum: string) => sum,
    needs: [],
  },
} as const;

/** `add_n_int8(p, inputs, terms, output, count)`, of pointers to so many tensors; `add_n_float` without `p`. */
export const ADD_N = definitionsBy((name: keyof typeof ARITHMETIC): CDefinition => {
  const { type, sum, parameter, start, term, end, needs } = ARITHMETIC[name];
  return {
    name: `add_n_${name}`,
    needs,
    text: `/* The sum of several tensors. The output may lie where one of them does. */
static void add_n_${name}(${parameter}const ${type} *const *inputs, int32_t terms, ${type} *output, int32_t count)
{
  int32_t i;
  int32_t from;

  for (i = 0; i < count; i++) {
    ${sum} sum = ${start};

    for (from = 0; from < terms; from++) {
      sum += ${term('inputs[from][i]')};
    }
    output[i] = ${end('sum')};
  }
}
`,
  };
});

const CUMULATION: CDefinition = {
  name: 'cumulation',
  text: `/* A tensor as [outer, axis, inner], and where along the axis sums begin and how far apart their terms lie. */
struct cumulation {
  int32_t outer;
  int32_t axis;
  int32_t inner;
  int32_t first;
  int32_t step;
  /* Whether sums leave their own element out. */
  int32_t exclusive;
};
`,
};

/** `cumsum_int8(along, p, input, output)`; `cumsum_float` without `p`. */
export const CUMSUM = definitionsBy((name: keyof typeof ARITHMETIC): CDefinition => {
  const { type, sum, parameter, start, term, end, needs } = ARITHMETIC[name];
  return {
    name: `cumsum_${name}`,
    needs: [...needs, CUMULATION],
    text: `/* The sums of all elements up to each. The output may lie where the input does. */
static void cumsum_${name}(const struct cumulation *along, ${parameter}const ${type} *input, ${type} *output)
{
  int32_t outer;
  int32_t inner;
  int32_t i;

  for (outer = 0; outer < along->outer; outer++) {
    for (inner = 0; inner < along->inner; inner++) {
      int32_t at = outer * along->axis * along->inner + along->first + inner;
      ${sum} sum = ${start};

      for (i = 0; i < along->axis; i++) {
        const ${sum} next = sum + ${term('input[at]')};
        output[at] = ${end('along->exclusive != 0 ? sum : next')};
        sum = next;
        at += along->step;
      }
    }
  }
}
`,
  };
});
