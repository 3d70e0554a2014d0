/** Products of matrices: the twins of `kernels/matrices.ts` and what multiplies there. */

import type { CDefinition } from '../c-code.ts';
import { CLAMP, REQUANTIZE } from './arithmetic.ts';
import { NO_CONTRACTION } from './real-arithmetic.ts';
import { REQUANTIZE_WIDE } from './windows/finishes.ts';

const MATRICES: CDefinition = {
  name: 'struct matrices',
  text: `/* Two matrices [rows, depth] and [depth, columns], and the elements from one neighbour to the next along either axis. */
struct matrices {
  int32_t rows;
  int32_t columns;
  int32_t depth;
  int32_t a_row;
  int32_t a_depth;
  int32_t b_column;
  int32_t b_depth;
};
`,
};

interface ProductCode {
  readonly needs: readonly CDefinition[];
  readonly element: 'float' | 'int8_t' | 'int16_t';
  readonly sum: 'float' | 'uint32_t' | 'int64_t';
  /** Parameters between the matrices and the operands. */
  readonly parameters: string;
  /** Of `*x` and `*y`. */
  readonly product: string;
  /** Of `sum`. */
  readonly result: string;
}

function multiply(name: string, code: ProductCode): CDefinition {
  const { needs, element, sum, parameters, product, result } = code;
  return {
    name,
    needs: [MATRICES, ...needs],
    text: `static void ${name}(const struct matrices *m, ${parameters}const ${element} *a, const ${element} *b, ${element} *output)
{
  for (int32_t row = 0; row < m->rows; row++) {
    for (int32_t column = 0; column < m->columns; column++) {
      const ${element} *x = a + row * m->a_row;
      const ${element} *y = b + column * m->b_column;
      ${sum} sum = 0;

      for (int32_t i = 0; i < m->depth; i++) {
        sum += ${product};
        x += m->a_depth;
        y += m->b_depth;
      }
      *output++ = ${result};
    }
  }
}
`,
  };
}

const MATRIX_SCALES: CDefinition = {
  name: 'struct matrix_scales',
  text: `/* Zero points, and the way to the scale of the output; limits are those before its zero point is added. */
struct matrix_scales {
  int32_t a_zero;
  int32_t b_zero;
  int32_t multiplier;
  int32_t shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};
`,
};

/** `multiply_matrices_float(matrices, a, b, output)`, with integers `(matrices, scales, a, b, output)`. */
export const MULTIPLY_MATRICES = {
  float: multiply('multiply_matrices_float', {
    needs: [NO_CONTRACTION],
    element: 'float',
    sum: 'float',
    parameters: '',
    product: '*x * *y',
    result: 'sum',
  }),
  int8: multiply('multiply_matrices_int8', {
    needs: [MATRIX_SCALES, REQUANTIZE, CLAMP],
    element: 'int8_t',
    sum: 'uint32_t',
    parameters: 'const struct matrix_scales *q, ',
    product: '(uint32_t)((*x - q->a_zero) * (*y - q->b_zero))',
    result:
      '(int8_t)(clamp(requantize((int32_t)sum, q->multiplier, q->shift), q->least, q->most) + q->zero_out)',
  }),
  int16: multiply('multiply_matrices_int16', {
    needs: [MATRIX_SCALES, REQUANTIZE_WIDE, CLAMP],
    element: 'int16_t',
    sum: 'int64_t',
    parameters: 'const struct matrix_scales *q, ',
    product: '*x * *y',
    result: '(int16_t)clamp(requantize_wide(sum, q->multiplier, q->shift), q->least, q->most)',
  }),
} as const;
