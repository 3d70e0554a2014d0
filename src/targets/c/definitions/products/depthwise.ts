/** Depthwise convolutions by any windows. */

import type { CDefinition } from '../../c-code.ts';
import { FINISH_SUFFIX, FINISHES } from './finish.ts';
import { ADD_PRODUCT } from './fours.ts';
import { UNPACK } from './nibbles.ts';
import { type ForForm, forFormsAndFinishes } from './weight-code.ts';

const PLANE: CDefinition = {
  name: 'struct plane',
  text: `/* One channel of an image with what its windows cover around it, and how they slide over it; in rows and pixels. */
struct plane {
  int32_t height;
  int32_t width;
  int32_t input_width;
  int32_t input_depth;
  int32_t top; /* Where the part of the image that windows cover begins, and how large it is. */
  int32_t left;
  int32_t rows;
  int32_t columns;
  int32_t multiplier;
  int32_t filter_height;
  int32_t filter_width;
  int32_t output_height;
  int32_t output_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t dilation_height;
  int32_t dilation_width;
};

static void gather_plane(const struct plane *plane, const int8_t *input, int8_t *to)
{
  int32_t y;
  int32_t x;

  to += plane->top * plane->width + plane->left;
  for (y = 0; y < plane->rows; y++) {
    const int8_t *from = input;
    for (x = 0; x < plane->columns; x++) {
      to[x] = *from;
      from += plane->input_depth;
    }
    input += plane->input_width * plane->input_depth;
    to += plane->width;
  }
}
`,
};

/** Where the weights of a channel are; those of 4 bits in scratch behind the plane. */
const CHANNEL_WEIGHTS = {
  bytes: {
    needs: [],
    start: '  const int8_t *weights = rows->weights;',
    unpack: '',
    next: '    weights += rows->length;\n',
  },
  nibbles: {
    needs: [UNPACK],
    start: '  int8_t *const weights = scratch + plane->height * plane->width;',
    unpack: '    unpack(rows->weights, channel * rows->length, rows->length, weights);\n',
    next: '',
  },
} as const satisfies ForForm<object>;

/** `convolve_planes`: rows of weights are one output channel each, in the order of taps. */
export const CONVOLVE_PLANES = forFormsAndFinishes((form, code, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  const name = `convolve_planes${code.suffix}${suffix}`;
  const { needs, start, unpack, next } = CHANNEL_WEIGHTS[form];
  return {
    name,
    needs: [PLANE, ADD_PRODUCT, ...needs, FINISHES[kind]],
    text: `/*
 * Channel by channel, each copied to scratch first: where it makes one channel, outputs may lie in the place of inputs, as
 * they overwrite nothing but their own channel.
 */
static void ${name}(const struct rows *rows, const struct plane *plane, int8_t outside, int8_t *scratch,
                            const int8_t *input, int8_t *output)
{
${start}
  int32_t channel, y, x, i, j;

  memset(scratch, outside, (size_t)(plane->height * plane->width));
  for (channel = 0; channel < rows->count; channel++) {
    int8_t *to = output + channel;

${unpack}    if (channel % plane->multiplier == 0) {
      gather_plane(plane, input, scratch);
      input++;
    }
    for (y = 0; y < plane->output_height; y++) {
      for (x = 0; x < plane->output_width; x++) {
        const int8_t *row = scratch + y * plane->stride_height * plane->width + x * plane->stride_width;
        const int8_t *weight = weights;
        int32_t sum = rows->channels[channel].bias;

        for (i = 0; i < plane->filter_height; i++) {
          for (j = 0; j < plane->filter_width; j++) {
            sum = add_product(row[j * plane->dilation_width], *weight++, sum);
          }
          row += plane->dilation_height * plane->width;
        }
        *to = (int8_t)finish${suffix}(rows, &rows->channels[channel], sum);
        to += rows->count;
      }
    }
${next}  }
}
`,
  };
});
