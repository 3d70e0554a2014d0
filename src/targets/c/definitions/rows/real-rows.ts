/** Normalizations of rows of real numbers in C: the twins of those in `kernels/float/`. */

import type { CDefinition } from '../../c-code.ts';
import { NO_CONTRACTION } from '../real-arithmetic.ts';

const LARGEST_OF_ROW: CDefinition = {
  name: 'largest_of_row',
  text: `static float largest_of_row(const float *row, int32_t depth)
{
  float largest = row[0];
  int32_t i;

  for (i = 1; i < depth; i++) {
    if (row[i] > largest) {
      largest = row[i];
    }
  }
  return largest;
}
`,
};

export const SOFTMAX_FLOAT: CDefinition = {
  name: 'softmax_float',
  needs: [LARGEST_OF_ROW],
  headers: ['math.h'],
  text: `/*
 * exp(beta * x) / sum of exp(beta * x) of each row. Exponentials in double precision, then rounded: the last bit may differ
 * between mathematical libraries.
 */
static void softmax_float(double beta, int32_t depth, const float *input, float *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    const double largest = (double)largest_of_row(input, depth);
    double sum = 0.0;

    for (i = 0; i < depth; i++) {
      const double power = exp(((double)input[i] - largest) * beta);
      output[i] = (float)power;
      sum += power;
    }
    for (i = 0; i < depth; i++) {
      output[i] = (float)((double)output[i] / sum);
    }
    input += depth;
    output += depth;
  }
}
`,
};

export const LOG_SOFTMAX_FLOAT: CDefinition = {
  name: 'log_softmax_float',
  needs: [LARGEST_OF_ROW],
  headers: ['math.h'],
  text: `/*
 * x - log of the sum of exp(x) of each row. Exponentials and logarithms in double precision, then rounded: the last bit may
 * differ between mathematical libraries.
 */
static void log_softmax_float(int32_t depth, const float *input, float *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    const float largest = largest_of_row(input, depth);
    float sum = 0.0f;

    for (i = 0; i < depth; i++) {
      sum += (float)exp((double)(input[i] - largest));
    }
    sum = (float)log((double)sum);
    for (i = 0; i < depth; i++) {
      output[i] = (input[i] - largest) - sum;
    }
    input += depth;
    output += depth;
  }
}
`,
};

export const L2_NORMALIZE_FLOAT: CDefinition = {
  name: 'l2_normalize_float',
  needs: [NO_CONTRACTION],
  headers: ['math.h'],
  text: `/* Rows divided by their lengths, but by no less than 1e-6. */
static void l2_normalize_float(int32_t depth, const float *input, float *output, int32_t rows)
{
  int32_t row;
  int32_t i;

  for (row = 0; row < rows; row++) {
    float length = 0.0f;

    for (i = 0; i < depth; i++) {
      length += input[i] * input[i];
    }
    length = sqrtf(length);
    if (length < 1e-6f) {
      length = 1e-6f;
    }
    for (i = 0; i < depth; i++) {
      output[i] = input[i] / length;
    }
    input += depth;
    output += depth;
  }
}
`,
};
