/** Depthwise convolutions, channel by channel or pixel by pixel. */

import type { CDefinition } from '../../c-code.ts';
import { FINISH_SUFFIX, FINISHES, forFinishes } from './finish.ts';
import { FOURS } from './fours.ts';

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

/** `convolve_planes`: rows of weights are one output channel each, in the order of taps. */
export const CONVOLVE_PLANES = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `convolve_planes${suffix}`,
    needs: [PLANE, FOURS, FINISHES[kind]],
    text: `/*
 * Channel by channel, each copied to scratch first: outputs may lie in the place of inputs where they are as many.
 */
static void convolve_planes${suffix}(const struct rows *rows, const struct plane *plane, int8_t outside, int8_t *scratch,
                            const int8_t *input, int8_t *output)
{
  const int8_t *weights = rows->weights;
  int32_t channel, y, x, i, j;

  memset(scratch, outside, (size_t)(plane->height * plane->width));
  for (channel = 0; channel < rows->count; channel++) {
    int8_t *to = output + channel;

    if (channel % plane->multiplier == 0) {
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
    weights += rows->length;
  }
}
`,
  };
});

const ADD_EACH: CDefinition = {
  name: 'add_each',
  needs: [FOURS],
  text: `/* Four sums, one for each of four channels. */
struct four_sums {
  int32_t sum[4];
};

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)

static inline void add_each(fours x, fours w, struct four_sums *sums)
{
  __asm__("smlabb %0, %1, %2, %0" : "+r"(sums->sum[0]) : "r"(x.even), "r"(w.even));
  __asm__("smlabb %0, %1, %2, %0" : "+r"(sums->sum[1]) : "r"(x.odd), "r"(w.odd));
  __asm__("smlatt %0, %1, %2, %0" : "+r"(sums->sum[2]) : "r"(x.even), "r"(w.even));
  __asm__("smlatt %0, %1, %2, %0" : "+r"(sums->sum[3]) : "r"(x.odd), "r"(w.odd));
}

#else

static inline void add_each(fours x, fours w, struct four_sums *sums)
{
  int32_t i;
  for (i = 0; i < 4; i++) {
    sums->sum[i] = (int32_t)((uint32_t)sums->sum[i] + (uint32_t)(x[i] * w[i]));
  }
}

#endif
`,
};

/** `convolve_taps`: pixel by pixel; weights as `packTaps` lays them out. */
export const CONVOLVE_TAPS = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `convolve_taps${suffix}`,
    needs: [ADD_EACH, FINISHES[kind]],
    text: `/* How a window slides over an image, in rows and pixels. */
struct taps {
  int32_t input_height;
  int32_t input_width;
  int32_t output_height;
  int32_t output_width;
  int32_t filter_height;
  int32_t filter_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t dilation_height;
  int32_t dilation_width;
  int32_t top;
  int32_t left;
};

static inline const int8_t *tap_at(const int8_t *taps, int32_t index)
{
  const int8_t *tap;
  memcpy(&tap, taps + (size_t)index * sizeof tap, sizeof tap);
  return tap;
}

/*
 * Pixel by pixel, four channels at a time; of these, the weights of each tap stand in turn. Scratch holds the addresses of
 * the pixels under the window, and behind them a pixel outside the image.
 */
static void convolve_taps${suffix}(const struct rows *rows, const struct taps *window, int8_t outside, int8_t *taps,
                          const int8_t *input, int8_t *output)
{
  const int32_t depth = rows->count;
  int8_t *beyond = taps + (size_t)rows->length * sizeof input;
  int32_t y, x, i, j, channel;

  memset(beyond, outside, (size_t)depth);
  for (y = 0; y < window->output_height; y++) {
    for (x = 0; x < window->output_width; x++) {
      const int8_t *weights = rows->weights;
      int8_t *tap = taps;

      for (i = 0; i < window->filter_height; i++) {
        const int32_t row = y * window->stride_height - window->top + i * window->dilation_height;
        for (j = 0; j < window->filter_width; j++) {
          const int32_t column = x * window->stride_width - window->left + j * window->dilation_width;
          const int is_inside = row >= 0 && row < window->input_height && column >= 0 && column < window->input_width;
          const int8_t *pixel = is_inside ? input + (row * window->input_width + column) * depth : beyond;
          memcpy(tap, &pixel, sizeof pixel);
          tap += sizeof pixel;
        }
      }
      for (channel = 0; channel + 4 <= depth; channel += 4) {
        const struct channel *channels = &rows->channels[channel];
        struct four_sums sums = {{channels[0].bias, channels[1].bias, channels[2].bias, channels[3].bias}};

        for (i = 0; i < rows->length; i++) {
          add_each(load_fours(tap_at(taps, i) + channel), load_fours(weights), &sums);
          weights += 4;
        }
        output[0] = (int8_t)finish${suffix}(rows, &channels[0], sums.sum[0]);
        output[1] = (int8_t)finish${suffix}(rows, &channels[1], sums.sum[1]);
        output[2] = (int8_t)finish${suffix}(rows, &channels[2], sums.sum[2]);
        output[3] = (int8_t)finish${suffix}(rows, &channels[3], sums.sum[3]);
        output += 4;
      }
      for (; channel < depth; channel++) {
        int32_t sum = rows->channels[channel].bias;

        for (i = 0; i < rows->length; i++) {
          sum = add_product(tap_at(taps, i)[channel], *weights++, sum);
        }
        *output++ = (int8_t)finish${suffix}(rows, &rows->channels[channel], sum);
      }
    }
  }
}
`,
  };
});
