/** Convolutions, transposed ones too: a patch for each output pixel. */

import type { CDefinition } from '../../c-code.ts';
import { FINISH_SUFFIX, type ForFinish } from './finish.ts';
import { MULTIPLY_PATCHES, PATCH_COUNT, type Patches, PUT_PATCH } from './tiles.ts';
import { type ForForm, forFormsAndFinishes } from './weight-code.ts';

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

static ALWAYS_INLINE void copy_bytes(int8_t *to, const int8_t *from, int32_t count)
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
                   int32_t distance, int8_t *room, int32_t length)
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
        patch = put_patch(patch, distance, from, count);
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
    put_patch(patch, distance, room, length);
  }
}
`,
};

const GATHER_TRANSPOSED: CDefinition = {
  name: 'gather_transposed',
  needs: [PUT_PATCH],
  text: `/* How a window slides over the output of a transposed convolution. */
struct transposed_window {
  int32_t input_height;
  int32_t input_width;
  int32_t input_depth;
  int32_t output_height;
  int32_t output_width;
  int32_t output_depth;
  int32_t filter_height;
  int32_t filter_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t top;
  int32_t left;
};

/* The input pixels whose windows cover an output pixel, each at its tap; at all other taps the zero point. */
static void gather_transposed(const struct transposed_window *window, const int8_t *input, int32_t bottom, int32_t right,
                              int8_t outside, int8_t *patch, int32_t distance, int8_t *room, int32_t length)
{
  int8_t *to = room;
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
  put_patch(patch, distance, room, length);
}
`,
};

interface Gather {
  readonly definition: CDefinition;
  /** The struct that tells how windows slide. */
  readonly window: string;
  /** Where the patch of output pixel (y, x) begins. */
  readonly position: string;
}

/** `name`_two or _four; behind the patches of scratch there is room for one as bytes. */
function convolve(name: string, patches: Patches, gather: Gather): ForForm<ForFinish> {
  return forFormsAndFinishes((form, code, kind) => {
    const suffix = `${code.suffix}${FINISH_SUFFIX[kind]}`;
    const full = `${name}_${patches}${suffix}`;
    return {
      name: full,
      needs: [gather.definition, MULTIPLY_PATCHES[patches][form][kind]],
      text: `/* Output pixels one after another, ${patches} at a time; behind the patches of scratch there is room for one as bytes. */
static void ${full}(const struct rows *rows, const struct ${gather.window} *window, int8_t outside, int8_t *patches,
                     const int8_t *input, int8_t *output)
{
  const int32_t distance = ${PATCH_COUNT[patches]} * PATCH_STEP;
  int8_t *room = patches + rows->length / 4 * distance;
  const int32_t depth = window->output_depth;
  int32_t pixels = window->output_height * window->output_width;
  int32_t y = 0;
  int32_t x = 0;

  while (pixels > 0) {
    const int32_t together = pixels >= ${PATCH_COUNT[patches]} ? ${PATCH_COUNT[patches]} : 1;
    int32_t i;

    for (i = 0; i < together; i++) {
      ${gather.definition.name}(window, input, ${gather.position}, outside,
             patches + i * PATCH_STEP, distance, room, rows->length);
      if (++x == window->output_width) {
        x = 0;
        y++;
      }
    }
    multiply_${patches}${suffix}(rows, patches, output, together > 1 ? depth : 0);
    output += together * depth;
    pixels -= together;
  }
}
`,
    };
  });
}

const WINDOW: Gather = {
  definition: GATHER,
  window: 'window',
  position: 'y * window->stride_height - window->top, x * window->stride_bytes - window->left_bytes',
};

export const CONVOLVE: Readonly<Record<Patches, ForForm<ForFinish>>> = {
  two: convolve('convolve', 'two', WINDOW),
  four: convolve('convolve', 'four', WINDOW),
};

export const CONVOLVE_TRANSPOSED = convolve('convolve_transposed', 'two', {
  definition: GATHER_TRANSPOSED,
  window: 'transposed_window',
  position: 'y + window->top, x + window->left',
});
