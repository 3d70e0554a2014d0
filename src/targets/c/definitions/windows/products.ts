/** Sums of products under windows, each in the order in which the kernels add them. */

import { forProducts } from './finishes.ts';
import { overPixels, overTaps, PIXELS_THAT_REACH, TAPS_INSIDE } from './sliding-window.ts';

/** `convolve_float(window, groups, …, weights, input, output)`: weights OHWI, images NHWC of one batch. */
export const CONVOLVE_PLAIN = forProducts((kind, code) => {
  const { element, weight, sum, parameters, product, finished, needs } = code;
  return {
    name: `convolve_${kind}`,
    needs: [TAPS_INSIDE, ...needs],
    text: `/* Each channel of the output looks at the channels of its group. */
static void convolve_${kind}(const struct sliding_window *w, int32_t groups, ${parameters},
    const ${weight} *weights, const ${element} *input, ${element} *output)
{
  const int32_t depth = w->input_depth / groups;
  const int32_t group_channels = w->output_depth / groups;

${overPixels(`      for (int32_t channel = 0; channel < w->output_depth; channel++) {
        const ${element} *group = input + channel / group_channels * depth;
        ${sum} sum = 0;

${overTaps(`            const ${element} *from = group + at * w->input_depth;
            const ${weight} *by = weights + ((channel * w->filter_height + i) * w->filter_width + j) * depth;
            for (int32_t k = 0; k < depth; k++) {
              sum += ${product('from[k]', 'by[k]')};
            }`)}
        *output++ = ${finished};
      }`)}}
`,
  };
});

/** `convolve_depthwise_float(window, …, weights, input, output)`: weights [height, width, channels]. */
export const CONVOLVE_DEPTHWISE = forProducts((kind, code) => {
  const { element, weight, sum, parameters, product, finished, needs } = code;
  return {
    name: `convolve_depthwise_${kind}`,
    needs: [TAPS_INSIDE, ...needs],
    text: `/* Each channel of the output looks at one of the input. */
static void convolve_depthwise_${kind}(const struct sliding_window *w, ${parameters},
    const ${weight} *weights, const ${element} *input, ${element} *output)
{
  const int32_t multiplier = w->output_depth / w->input_depth;

${overPixels(`      for (int32_t channel = 0; channel < w->output_depth; channel++) {
        const ${element} *from = input + channel / multiplier;
        ${sum} sum = 0;

${overTaps(`            sum += ${product('from[at * w->input_depth]', 'weights[(i * w->filter_width + j) * w->output_depth + channel]')};`)}
        *output++ = ${finished};
      }`)}}
`,
  };
});

/** `convolve_back_float(window, …, weights, input, output)`: a transposed convolution, weights OHWI; the window slides over the output. */
export const CONVOLVE_BACK = forProducts((kind, code) => {
  const { element, weight, sum, parameters, product, finished, needs } = code;
  return {
    name: `convolve_back_${kind}`,
    needs: [PIXELS_THAT_REACH, ...needs],
    text: `/* Each pixel of the output with the pixels of the input whose windows cover it. */
static void convolve_back_${kind}(const struct sliding_window *w, ${parameters},
    const ${weight} *weights, const ${element} *input, ${element} *output)
{
  for (int32_t y = 0; y < w->output_height; y++) {
    const int32_t bottom = y + w->top;
    const struct span rows = pixels_that_reach(bottom, w->input_height, w->filter_height, w->stride_height);

    for (int32_t x = 0; x < w->output_width; x++) {
      const int32_t right = x + w->left;
      const struct span columns = pixels_that_reach(right, w->input_width, w->filter_width, w->stride_width);

      for (int32_t channel = 0; channel < w->output_depth; channel++) {
        ${sum} sum = 0;

        for (int32_t i = rows.first; i < rows.end; i++) {
          const int32_t taps = (channel * w->filter_height + bottom - i * w->stride_height) * w->filter_width;

          for (int32_t j = columns.first; j < columns.end; j++) {
            const ${element} *from = input + (i * w->input_width + j) * w->input_depth;
            const ${weight} *by = weights + (taps + right - j * w->stride_width) * w->input_depth;

            for (int32_t k = 0; k < w->input_depth; k++) {
              sum += ${product('from[k]', 'by[k]')};
            }
          }
        }
        *output++ = ${finished};
      }
    }
  }
}
`,
  };
});

/** `multiply_vector_float(units, depth, …, weights, input, output)`: weights [units, depth]. */
export const MULTIPLY_VECTOR = forProducts((kind, code) => {
  const { element, weight, sum, parameters, product, finished, needs } = code;
  return {
    name: `multiply_vector_${kind}`,
    needs: [...needs],
    text: `/* One output for each row of weights. */
static void multiply_vector_${kind}(int32_t units, int32_t depth, ${parameters},
    const ${weight} *weights, const ${element} *input, ${element} *output)
{
  for (int32_t channel = 0; channel < units; channel++) {
    ${sum} sum = 0;

    for (int32_t i = 0; i < depth; i++) {
      sum += ${product('input[i]', 'weights[i]')};
    }
    weights += depth;
    output[channel] = ${finished};
  }
}
`,
  };
});
