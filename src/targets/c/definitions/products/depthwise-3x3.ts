/** Depthwise convolutions by windows of three by three that move by one pixel: the most frequent ones. */

import type { CDefinition } from '../../c-code.ts';
import { FINISH_SUFFIX, FINISHES, forFinishes } from './finish.ts';
import { PAIRS } from './pairs.ts';

const GATHER_PAIRS: CDefinition = {
  name: 'gather_pairs',
  needs: [PAIRS],
  text: `/* An image of int8 pixels, and how many rows and columns of windows lie before it: none or one. */
struct image {
  int32_t height;
  int32_t width;
  int32_t depth;
  int32_t top;
  int32_t left;
  int32_t output_height;
  int32_t output_width;
};

/* One channel of two rows. */
static inline void put_row_pair(const int8_t *first, int32_t first_step, const int8_t *second, int32_t second_step,
                                int32_t width, pair *to)
{
  for (; width > 0; width--) {
    *to++ = make_pair(*first, *second);
    first += first_step;
    second += second_step;
  }
}

/* One channel as pairs of rows that lie above each other; what is outside the image around it stays as it is. */
static void gather_pairs(const struct image *image, int32_t pitch, const int8_t *input, int8_t outside, pair *to)
{
  const int32_t depth = image->depth;
  const int32_t width = image->width;
  const int32_t row_bytes = width * depth;
  int32_t left = image->height;

  to += image->left;
  if (image->top > 0) {
    put_row_pair(&outside, 0, input, depth, width, to);
    input += row_bytes;
    to += pitch;
    left--;
  }
  for (; left >= 2; left -= 2) {
    put_row_pair(input, depth, input + row_bytes, depth, width, to);
    input += 2 * row_bytes;
    to += pitch;
  }
  if (left > 0) {
    put_row_pair(input, depth, &outside, 0, width, to);
  }
}
`,
};

/** `convolve_3x3`: of each channel, its weights column by column, from top to bottom. */
export const CONVOLVE_3X3 = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `convolve_3x3${suffix}`,
    needs: [GATHER_PAIRS, FINISHES[kind]],
    text: `/*
 * Channel by channel, each copied to scratch first: outputs may lie in the place of inputs where they are as many. A pair
 * of rows and the one below make two outputs that lie above each other.
 */
static void convolve_3x3${suffix}(const struct rows *rows, const struct image *image, int8_t outside, int8_t *scratch,
                         const int8_t *input, int8_t *output)
{
  pair *const pairs = (pair *)(void *)scratch;
  const struct rows all = *rows;
  const int32_t depth = all.count;
  /* The column behind a row is that before the next. */
  const int32_t pitch = image->width + image->left;
  const int32_t words = ((image->output_height + 1) / 2 + 1) * pitch + 1;
  const int8_t *w = all.weights;
  int32_t channel, x, y;

  for (x = 0; x < words; x++) {
    pairs[x] = make_pair(outside, outside);
  }
  for (channel = 0; channel < depth; channel++) {
    const pair top0 = make_pair(w[0], w[1]);
    const pair bottom0 = make_pair(w[1], w[2]);
    const pair top1 = make_pair(w[3], w[4]);
    const pair bottom1 = make_pair(w[4], w[5]);
    const pair top2 = make_pair(w[6], w[7]);
    const pair bottom2 = make_pair(w[7], w[8]);
    const struct channel one = all.channels[channel];
    const pair *upper = pairs;
    int8_t *to = output + channel;

    gather_pairs(image, pitch, input + channel, outside, pairs);
    for (y = image->output_height; y > 0; y -= 2) {
      /* Behind the last row there is none: its outputs are written over by those of the last one. */
      const int32_t below = y > 1 ? image->output_width * depth : 0;

      for (x = image->output_width; x > 0; x--) {
        const pair *lower = upper + pitch;
        const int32_t bias = one.bias;
        int32_t sum0 = add_first(lower[0], bottom0, add_both(upper[0], top0, bias));
        int32_t sum1 = add_second(upper[0], top0, add_both(lower[0], bottom0, bias));

        sum0 = add_first(lower[1], bottom1, add_both(upper[1], top1, sum0));
        sum1 = add_both(lower[1], bottom1, add_second(upper[1], top1, sum1));
        sum0 = add_first(lower[2], bottom2, add_both(upper[2], top2, sum0));
        sum1 = add_both(lower[2], bottom2, add_second(upper[2], top2, sum1));
        sum0 = finish${suffix}(&all, &one, sum0);
        sum1 = finish${suffix}(&all, &one, sum1);
        to[below] = (int8_t)sum1;
        to[0] = (int8_t)sum0;
        to += depth;
        upper++;
      }
      to += below;
      upper += pitch - image->output_width;
    }
    w += 9;
  }
}
`,
  };
});
