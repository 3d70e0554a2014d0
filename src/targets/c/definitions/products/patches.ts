/** Convolutions as products of patches and rows of weights. */

import type { CDefinition } from '../../c-code.ts';
import { FINISH_SUFFIX, FINISHES, forFinishes } from './finish.ts';
import { FOURS } from './fours.ts';

const PUT_PATCH: CDefinition = {
  name: 'put_patch',
  needs: [FOURS],
  text: `/*
 * Two patches stand in turn, four elements of each. This writes a part of one of them; the end of what is no multiple of
 * four is filled with zeros, whose weights are zeros as well.
 */
static inline int8_t *put_patch(int8_t *patch, const int8_t *from, int32_t length)
{
  for (; length >= 4; length -= 4) {
    store_patch(patch, from);
    patch += 2 * PATCH_STEP;
    from += 4;
  }
  if (length > 0) {
    store_end(patch, from, length);
    patch += 2 * PATCH_STEP;
  }
  return patch;
}
`,
};

const TILE: CDefinition = {
  name: 'struct tile',
  needs: [FOURS],
  text: `/* Sums of two pixels and two channels each. */
struct tile {
  int32_t sum00;
  int32_t sum01;
  int32_t sum10;
  int32_t sum11;
};

/* Four elements of either patch times four weights of either row. */
static inline void add_step(const int8_t **patch, const int8_t **weights, struct tile *sums)
{
  fours w0, w1, x;
  take_weights(weights, &w0, &w1);
  x = take_patch(patch);
  sums->sum00 = add_fours(x, w0, sums->sum00);
  sums->sum01 = add_fours(x, w1, sums->sum01);
  x = take_patch(patch);
  sums->sum10 = add_fours(x, w0, sums->sum10);
  sums->sum11 = add_fours(x, w1, sums->sum11);
}
`,
};

/**
 * `multiply_patches`: two rows of weights and two patches at a time, so that every load and every widening of bytes serves
 * two sums. Weights as `packRowPairs` lays them out.
 */
export const MULTIPLY_PATCHES = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_patches${suffix}`,
    needs: [TILE, FINISHES[kind]],
    text: `/*
 * The channels of two pixels. Two rows of weights stand in turn, four weights of each; a last row alone. Where there is one
 * pixel only both outputs are it: the first patch is written last.
 */
static void multiply_patches${suffix}(const struct rows *rows, const int8_t *patches, int8_t *output0, int8_t *output1)
{
  const int8_t *weights = rows->weights;
  const struct channel *channel = rows->channels;
  const int32_t steps = rows->length >> 3;
  const int is_odd = (rows->length & 4) != 0;
  int32_t row;
  int32_t i;

  for (row = rows->count; row >= 2; row -= 2) {
    const int8_t *patch = patches;
    struct tile sums = {channel[0].bias, channel[1].bias, channel[0].bias, channel[1].bias};

    if (is_odd) {
      add_step(&patch, &weights, &sums);
    }
    for (i = steps; i > 0; i--) {
      add_step(&patch, &weights, &sums);
      add_step(&patch, &weights, &sums);
    }
    /* All before the first is written: what is loaded then serves two. */
    sums.sum00 = finish${suffix}(rows, &channel[0], sums.sum00);
    sums.sum10 = finish${suffix}(rows, &channel[0], sums.sum10);
    sums.sum01 = finish${suffix}(rows, &channel[1], sums.sum01);
    sums.sum11 = finish${suffix}(rows, &channel[1], sums.sum11);
    output1[0] = (int8_t)sums.sum10;
    output1[1] = (int8_t)sums.sum11;
    output0[0] = (int8_t)sums.sum00;
    output0[1] = (int8_t)sums.sum01;
    channel += 2;
    output0 += 2;
    output1 += 2;
  }
  if (row > 0) {
    int32_t sum0 = channel->bias;
    int32_t sum1 = sum0;

    for (i = rows->length; i > 0; i -= 4) {
      const fours w = load_fours(weights);
      sum0 = add_fours(take_patch(&patches), w, sum0);
      sum1 = add_fours(take_patch(&patches), w, sum1);
      weights += 4;
    }
    *output1 = (int8_t)finish${suffix}(rows, channel, sum1);
    *output0 = (int8_t)finish${suffix}(rows, channel, sum0);
  }
}
`,
  };
});

const PUT_PATCHES: CDefinition = {
  name: 'put_patches',
  needs: [FOURS],
  text: `/* Two patches, four elements of each in turn, their ends filled with zeros, whose weights are zeros as well. */
static inline void put_patches(int8_t *patches, const int8_t *first, const int8_t *second, int32_t length)
{
  for (; length >= 4; length -= 4) {
    store_patch(patches, first);
    store_patch(patches + PATCH_STEP, second);
    patches += 2 * PATCH_STEP;
    first += 4;
    second += 4;
  }
  if (length > 0) {
    store_end(patches, first, length);
    store_end(patches + PATCH_STEP, second, length);
  }
}
`,
};

/** `pointwise`: convolutions that look at one pixel at a time. */
export const POINTWISE = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `pointwise${suffix}`,
    needs: [PUT_PATCHES, MULTIPLY_PATCHES[kind]],
    text: `/*
 * Every pixel by itself. Pixels are read before what they become is written, and if that is longer from the last to the
 * first, so that the output may lie in the input's place.
 */
static void pointwise${suffix}(const struct rows *rows, int32_t pixels, int32_t depth, int8_t *patches, const int8_t *input,
                      int8_t *output)
{
  int32_t from = depth;
  int32_t to = rows->count;

  if (to > from) {
    input += (pixels - 1) * from;
    output += (pixels - 1) * to;
    from = -from;
    to = -to;
  }
  for (; pixels >= 2; pixels -= 2) {
    put_patches(patches, input, input + from, depth);
    multiply_patches${suffix}(rows, patches, output, output + to);
    input += 2 * from;
    output += 2 * to;
  }
  if (pixels > 0) {
    put_patches(patches, input, input, depth);
    multiply_patches${suffix}(rows, patches, output, output);
  }
}
`,
  };
});

const GATHER: CDefinition = {
  name: 'gather',
  needs: [PUT_PATCH],
  text: `/* How a window slides over an image: numbers of rows and pixels, and bytes along a row. */
struct window {
  int32_t input_height;
  int32_t row_bytes;
  int32_t output_height;
  int32_t output_width;
  int32_t output_depth;
  int32_t stride_height;
  int32_t stride_bytes;
  int32_t top;
  int32_t left_bytes;
  int32_t filter_height;
  int32_t dilation_height;
  int32_t runs; /* In each row of the window, of bytes that lie beside each other. */
  int32_t run_bytes;
  int32_t run_distance;
};

static inline void copy_bytes(int8_t *to, const int8_t *from, int32_t count)
{
  for (; count >= 4; count -= 4) {
    memcpy(to, from, 4);
    to += 4;
    from += 4;
  }
  for (; count > 0; count--) {
    *to++ = *from++;
  }
}

/*
 * A patch of what lies under the window, outside the image the zero point. Runs of whole fours go straight into the patch,
 * others are put together in room first.
 */
static void gather(const struct window *window, const int8_t *input, int32_t y, int32_t left, int8_t outside, int8_t *patch,
                   int8_t *room, int32_t length)
{
  const int32_t count = window->run_bytes;
  const int is_direct = (count & 3) == 0;
  int8_t *to = room;
  int32_t row;
  int32_t run;
  int32_t i;

  for (row = window->filter_height; row > 0; row--) {
    const int32_t end = y >= 0 && y < window->input_height ? window->row_bytes : 0;
    const int8_t *image_row = input + (end > 0 ? y * window->row_bytes : 0);
    int32_t at = left;

    for (run = window->runs; run > 0; run--) {
      const int8_t *from = to;
      if (at >= 0 && at + count <= end) {
        from = image_row + at;
      } else {
        for (i = 0; i < count; i++) {
          to[i] = at + i >= 0 && at + i < end ? image_row[at + i] : outside;
        }
      }
      if (is_direct) {
        patch = put_patch(patch, from, count);
      } else {
        if (from != to) {
          copy_bytes(to, from, count);
        }
        to += count;
      }
      at += window->run_distance;
    }
    y += window->dilation_height;
  }
  if (!is_direct) {
    put_patch(patch, room, length);
  }
}
`,
};

/** `convolve`: a patch for each window. */
export const CONVOLVE = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `convolve${suffix}`,
    needs: [GATHER, PUT_PATCH, MULTIPLY_PATCHES[kind]],
    text: `/* Windows one after another, two at a time; behind the two patches of scratch there is room for a third as bytes. */
static void convolve${suffix}(const struct rows *rows, const struct window *window, int8_t outside, int8_t *patches,
                     const int8_t *input, int8_t *output)
{
  int8_t *room = patches + rows->length / 4 * 2 * PATCH_STEP;
  const int32_t depth = window->output_depth;
  int32_t held = 0;
  int32_t y;
  int32_t x;

  for (y = 0; y < window->output_height; y++) {
    for (x = 0; x < window->output_width; x++) {
      gather(window, input, y * window->stride_height - window->top, x * window->stride_bytes - window->left_bytes, outside,
             patches + held * PATCH_STEP, room, rows->length);
      if (held == 1) {
        multiply_patches${suffix}(rows, patches, output, output + depth);
        output += 2 * depth;
      }
      held = 1 - held;
    }
  }
  if (held == 1) {
    multiply_patches${suffix}(rows, patches, output, output);
  }
}
`,
  };
});

const GATHER_TRANSPOSED: CDefinition = {
  name: 'gather_transposed',
  text: `/* How a window slides over the output of a transposed convolution. */
struct transposed_window {
  int32_t input_height;
  int32_t input_width;
  int32_t input_depth;
  int32_t output_height;
  int32_t output_width;
  int32_t filter_height;
  int32_t filter_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t top;
  int32_t left;
};

/* The input pixels whose windows cover an output pixel, each at its tap; at all other taps the zero point. */
static void gather_transposed(const struct transposed_window *window, const int8_t *input, int32_t bottom, int32_t right,
                              int8_t outside, int8_t *to)
{
  int32_t row;
  int32_t column;
  int32_t i;

  for (row = 0; row < window->filter_height; row++) {
    for (column = 0; column < window->filter_width; column++) {
      const int32_t y = (bottom - row) / window->stride_height;
      const int32_t x = (right - column) / window->stride_width;
      const int is_covered = bottom >= row && y * window->stride_height == bottom - row && y < window->input_height &&
                             right >= column && x * window->stride_width == right - column && x < window->input_width;

      for (i = 0; i < window->input_depth; i++) {
        *to++ = is_covered ? input[(y * window->input_width + x) * window->input_depth + i] : outside;
      }
    }
  }
}
`,
};

/** `convolve_transposed`: a patch for each output pixel. */
export const CONVOLVE_TRANSPOSED = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `convolve_transposed${suffix}`,
    needs: [GATHER_TRANSPOSED, PUT_PATCH, MULTIPLY_PATCHES[kind]],
    text: `/* Output pixels one after another; behind the two patches of scratch there is room for what is gathered. */
static void convolve_transposed${suffix}(const struct rows *rows, const struct transposed_window *window, int8_t outside,
                                int8_t *patches, const int8_t *input, int8_t *output)
{
  int8_t *gathered = patches + rows->length / 4 * 2 * PATCH_STEP;
  int32_t y;
  int32_t x;

  for (y = 0; y < window->output_height; y++) {
    for (x = 0; x < window->output_width; x++) {
      gather_transposed(window, input, y + window->top, x + window->left, outside, gathered);
      put_patch(patches, gathered, rows->length);
      multiply_patches${suffix}(rows, patches, output, output);
      output += rows->count;
    }
  }
}
`,
  };
});
