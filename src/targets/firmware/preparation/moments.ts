/** How values lie around their mean: the loops of `data/preparing/transforms/moments.ts`. */

import { ROUNDED, type SharedFunction } from './shared-functions.ts';

/** Mean and deviation. */
export const SPREAD: SharedFunction = {
  name: 'spread',
  needs: [ROUNDED],
  headers: ['math'],
  text: ({
    helper,
    cast,
    squareRoot,
  }) => `// The deviation of values that are 'stride' apart, and what their mean is above the first of them.
static float ${helper('spread')}(const float *values, int count, int stride, float *mean) {
  const float first = values[0];
  float sum = 0.0f;
  for (int i = 0; i < count; ++i) sum += values[i * stride] - first;
  *mean = sum / ${cast('float', 'count')};
  float squares = 0.0f;
  for (int i = 0; i < count; ++i) {
    const float distance = (values[i * stride] - first) - *mean;
    squares += ${helper('rounded')}(distance * distance);
  }
  return ${squareRoot(`squares / ${cast('float', 'count')}`)};
}
`,
};

/** Skewness and kurtosis. */
export const FORM: SharedFunction = {
  name: 'form',
  needs: [ROUNDED],
  headers: [],
  text: ({ helper, cast }) => {
    const rounded = helper('rounded');
    return `// Skewness and kurtosis of values whose mean and deviation are known: 0 where they do not deviate.
static void ${helper('form')}(const float *values, int count, int stride, float mean, float deviation,
                 float *skewness, float *kurtosis) {
  *skewness = 0.0f;
  *kurtosis = 0.0f;
  if (deviation == 0.0f) return;
  float cubes = 0.0f;
  float fourths = 0.0f;
  for (int i = 0; i < count; ++i) {
    const float z = ((values[i * stride] - values[0]) - mean) / deviation;
    const float square = ${rounded}(z * z);
    cubes += ${rounded}(square * z);
    fourths += ${rounded}(square * square);
  }
  *skewness = cubes / ${cast('float', 'count')};
  *kurtosis = fourths / ${cast('float', 'count')} - 3.0f;
}
`;
  },
};
