/** Depthwise convolutions by windows of three by three that move by one pixel or by two: the most frequent ones. */

import type { CDefinition } from '../../c-code.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { FINISH_SUFFIX, FINISHES } from './finish.ts';
import { UNPACK } from './nibbles.ts';
import { ADD_SECOND, PAIRS } from './pairs.ts';
import { type ForForm, forFormsAndFinishes } from './weight-code.ts';

const GATHER_PAIRS: CDefinition = {
  name: 'gather_pairs',
  needs: [PAIRS],
  text: `/*
 * An image of int8 pixels, how many rows and columns of windows lie before it, none or one, and how many pairs of rows
 * windows cover.
 */
struct image {
  int32_t height;
  int32_t width;
  int32_t depth;
  int32_t top;
  int32_t left;
  int32_t row_pairs;
  int32_t output_height;
  int32_t output_width;
};

/* The columns of pairs of rows: the one behind a row, if there is one before it, is that before the next. */
static ALWAYS_INLINE int32_t pitch_of(const struct image *image)
{
  return image->width + 1;
}

/* One channel of two rows. */
static ALWAYS_INLINE void put_row_pair(const int8_t *first, int32_t first_step, const int8_t *second, int32_t second_step,
                                int32_t width, pair *to)
{
  for (; width >= 2; width -= 2) {
    to[0] = make_pair(first[0], second[0]);
    to[1] = make_pair(first[first_step], second[second_step]);
    first += 2 * first_step;
    second += 2 * second_step;
    to += 2;
  }
  if (width > 0) {
    *to = make_pair(*first, *second);
  }
}

/* One channel as pairs of rows that lie above each other; what is outside the image around it stays as it is. */
static ALWAYS_INLINE void gather_pairs(const struct image *image, const int8_t *input, int8_t outside, pair *to)
{
  const int32_t pitch = pitch_of(image);
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

const CLEAR_PAIRS: CDefinition = {
  name: 'clear_pairs',
  needs: [GATHER_PAIRS],
  text: `static ALWAYS_INLINE void clear_pairs(const struct image *image, int8_t outside, pair *to)
{
  int32_t words;
  for (words = image->row_pairs * pitch_of(image) + 1; words > 0; words--) {
    *to++ = make_pair(outside, outside);
  }
}
`,
};
/** Where the nine weights of a channel are. */
const NINE_WEIGHTS = {
  bytes: { needs: [], start: '  const int8_t *w = all.weights;', unpack: '', next: '    w += 9;\n' },
  nibbles: {
    needs: [UNPACK],
    start: '  int8_t w[9];',
    unpack: '    unpack(all.weights, channel * 9, 9, w);\n',
    next: '',
  },
} as const satisfies ForForm<object>;

/** `convolve_3x3`: of each channel, its weights column by column, from top to bottom. */
export const CONVOLVE_3X3 = forFormsAndFinishes((form, code, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  const name = `convolve_3x3${code.suffix}${suffix}`;
  const { needs, start, unpack, next } = NINE_WEIGHTS[form];
  return {
    name,
    isCopied: true,
    needs: [NEVER_INLINE, CLEAR_PAIRS, ADD_SECOND, ...needs, FINISHES[kind]],
    text: `/*
 * Channel by channel, each copied to scratch first: outputs may lie in the place of inputs, as they overwrite nothing but
 * their own channel. A pair of rows and the next make two outputs that lie above each other.
 */
static NEVER_INLINE void ${name}(const struct rows *rows, const struct image *image, int8_t outside, int8_t *scratch,
                         const int8_t *input, int8_t *output)
{
  pair *const pairs = (pair *)(void *)scratch;
  const struct rows all = *rows;
  const int32_t depth = all.count;
  const int32_t pitch = pitch_of(image);
${start}
  int32_t channel, y;

  clear_pairs(image, outside, pairs);
  for (channel = 0; channel < depth; channel++) {
${unpack}    const pair top0 = make_pair(w[0], w[1]);
    const pair bottom0 = make_pair(w[1], w[2]);
    const pair top1 = make_pair(w[3], w[4]);
    const pair bottom1 = make_pair(w[4], w[5]);
    const pair top2 = make_pair(w[6], w[7]);
    const pair bottom2 = make_pair(w[7], w[8]);
    const struct channel one = all.channels[channel];
    const pair *upper = pairs;
    int8_t *to = output + channel;

    gather_pairs(image, input + channel, outside, pairs);
    for (y = image->output_height; y > 0; y -= 2) {
      /* Behind the last row there is none: its outputs are written over by those of the last one. */
      const int32_t below = y > 1 ? image->output_width * depth : 0;
      const pair *const end = upper + image->output_width;
      const pair *lower = upper + pitch;

      while (upper != end) {
        pair upper0, upper1, lower0, lower1;
        int32_t sum0;
        int32_t sum1;

        take_two(&upper, &upper0, &upper1);
        take_two(&lower, &lower0, &lower1);
        sum0 = add_first(lower0, bottom0, add_both(upper0, top0, one.bias));
        sum1 = add_second(upper0, top0, add_both(lower0, bottom0, one.bias));
        sum0 = add_first(lower1, bottom1, add_both(upper1, top1, sum0));
        sum1 = add_both(lower1, bottom1, add_second(upper1, top1, sum1));
        sum0 = add_first(lower[1], bottom2, add_both(upper[1], top2, sum0));
        sum1 = add_both(lower[1], bottom2, add_second(upper[1], top2, sum1));
        sum0 = finish${suffix}(&all, &one, sum0);
        sum1 = finish${suffix}(&all, &one, sum1);
        to[below] = (int8_t)sum1;
        to[0] = (int8_t)sum0;
        to += depth;
      }
      to += below;
      upper += pitch - image->output_width;
    }
${next}  }
}
`,
  };
});

/** `convolve_3x3_by_2`: the same where windows move by two pixels. */
export const CONVOLVE_3X3_BY_2 = forFormsAndFinishes((form, code, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  const name = `convolve_3x3_by_2${code.suffix}${suffix}`;
  const { needs, start, unpack, next } = NINE_WEIGHTS[form];
  return {
    name,
    isCopied: true,
    needs: [NEVER_INLINE, CLEAR_PAIRS, ...needs, FINISHES[kind]],
    text: `/*
 * Channel by channel, each copied to scratch first: outputs may lie in the place of inputs, as they overwrite nothing but
 * their own channel. A pair of rows and the first row of the next make an output.
 */
static NEVER_INLINE void ${name}(const struct rows *rows, const struct image *image, int8_t outside, int8_t *scratch,
                              const int8_t *input, int8_t *output)
{
  pair *const pairs = (pair *)(void *)scratch;
  const struct rows all = *rows;
  const int32_t depth = all.count;
  const int32_t pitch = pitch_of(image);
${start}
  int32_t channel, x, y;

  clear_pairs(image, outside, pairs);
  for (channel = 0; channel < depth; channel++) {
${unpack}    const pair top0 = make_pair(w[0], w[1]);
    const pair bottom0 = make_pair(0, w[2]);
    const pair top1 = make_pair(w[3], w[4]);
    const pair bottom1 = make_pair(0, w[5]);
    const pair top2 = make_pair(w[6], w[7]);
    const pair bottom2 = make_pair(0, w[8]);
    const struct channel one = all.channels[channel];
    const pair *upper = pairs;
    int8_t *to = output + channel;

    gather_pairs(image, input + channel, outside, pairs);
    for (y = image->output_height; y > 0; y--) {
      const pair *first = upper;
      const pair *lower = upper + pitch;

      for (x = image->output_width; x > 0; x--) {
        pair upper0, upper1, lower0, lower1;
        int32_t sum;

        take_two(&first, &upper0, &upper1);
        take_two(&lower, &lower0, &lower1);
        sum = add_first(lower0, bottom0, add_both(upper0, top0, one.bias));
        sum = add_first(lower1, bottom1, add_both(upper1, top1, sum));
        sum = add_first(lower[1], bottom2, add_both(first[1], top2, sum));
        *to = (int8_t)finish${suffix}(&all, &one, sum);
        to += depth;
        first++;
        lower++;
      }
      upper += pitch;
    }
${next}  }
}
`,
  };
});
