/** SVDF: the twins of `kernels/recurrent/svdf-float.ts` and `svdf-int8.ts`. */

import type { CDefinition } from '../../c-code.ts';
import { CLAMP, REQUANTIZE } from '../arithmetic.ts';
import { CLAMP_FLOAT, NO_CONTRACTION } from '../real-arithmetic.ts';

const SVDF: CDefinition = {
  name: 'struct svdf',
  text: `/* So many filters remember so many inputs; rank of them make one output. */
struct svdf {
  int32_t batches;
  int32_t depth;
  int32_t filters;
  int32_t memory;
  int32_t rank;
};
`,
};

/** `svdf_float(svdf, least, most, features, times, bias, input, state, output)` */
export const SVDF_FLOAT: CDefinition = {
  name: 'svdf_float',
  needs: [SVDF, NO_CONTRACTION, CLAMP_FLOAT],
  text: `/* There may be no bias. */
static void svdf_float(const struct svdf *s, float least, float most, const float *features, const float *times,
    const float *bias, const float *input, float *state, float *output)
{
  const int32_t units = s->filters / s->rank;

  memmove(state, state + 1, (size_t)(s->batches * s->filters * s->memory - 1) * sizeof *state);
  for (int32_t batch = 0; batch < s->batches; batch++) {
    const float *time = times;

    for (int32_t filter = 0; filter < s->filters; filter++) {
      float sum = 0.0f;

      for (int32_t i = 0; i < s->depth; i++) {
        sum += features[filter * s->depth + i] * input[i];
      }
      state[(filter + 1) * s->memory - 1] = sum;
    }
    for (int32_t unit = 0; unit < units; unit++) {
      float sum = bias == NULL ? 0.0f : bias[unit];

      for (int32_t filter = 0; filter < s->rank; filter++) {
        float own = 0.0f;

        for (int32_t i = 0; i < s->memory; i++) {
          own += *time++ * *state++;
        }
        sum += own;
      }
      *output++ = clamp_float(sum, least, most);
    }
    input += s->depth;
  }
}
`,
};

function svdfInteger(name: string, element: 'int8_t' | 'int16_t'): CDefinition {
  return {
    name,
    needs: [SVDF, REQUANTIZE, CLAMP],
    text: `/* How elements of the state and the output come about; limits are those before the zero point is added. */
struct ${name}_scales {
  int32_t input_zero;
  int32_t feature_multiplier;
  int32_t feature_shift;
  int32_t state_zero;
  int32_t state_least;
  int32_t state_most;
  int32_t time_multiplier;
  int32_t time_shift;
  int32_t zero_out;
  int32_t least;
  int32_t most;
};

static void ${name}(const struct svdf *s, const struct ${name}_scales *q, const int8_t *features, const ${element} *times,
    const int32_t *bias, const int8_t *input, ${element} *state, int8_t *output)
{
  const int32_t units = s->filters / s->rank;

  memmove(state, state + 1, (size_t)(s->batches * s->filters * s->memory - 1) * sizeof *state);
  for (int32_t batch = 0; batch < s->batches; batch++) {
    const ${element} *time = times;

    for (int32_t filter = 0; filter < s->filters; filter++) {
      int32_t sum = 0;

      for (int32_t i = 0; i < s->depth; i++) {
        sum += features[filter * s->depth + i] * (input[i] - q->input_zero);
      }
      sum = clamp(requantize(sum, q->feature_multiplier, q->feature_shift), q->state_least, q->state_most);
      state[(filter + 1) * s->memory - 1] = (${element})(sum + q->state_zero);
    }
    for (int32_t unit = 0; unit < units; unit++) {
      int64_t sum = bias[unit];

      for (int32_t i = 0; i < s->rank * s->memory; i++) {
        sum += (int64_t)*time++ * (*state++ - q->state_zero);
      }
      *output++ = (int8_t)(clamp(requantize((int32_t)sum, q->time_multiplier, q->time_shift), q->least, q->most) + q->zero_out);
    }
    input += s->depth;
  }
}
`,
  };
}

/** By the type of the state: `svdf_int8(svdf, scales, features, times, bias, input, state, output)` */
export const SVDF_INTEGER = {
  int8: svdfInteger('svdf_int8', 'int8_t'),
  int16: svdfInteger('svdf_int16', 'int16_t'),
} as const;
