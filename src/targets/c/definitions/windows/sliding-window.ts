/** Windows over images of float32 and int16: the twins of `slide` and `slideTransposed` in `kernels/window.ts`. */

import type { CDefinition } from '../../c-code.ts';

const SLIDING_WINDOW: CDefinition = {
  name: 'struct sliding_window',
  text: `/* How a window slides over an image, in rows, columns and channels. */
struct sliding_window {
  int32_t input_height;
  int32_t input_width;
  int32_t input_depth;
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
  int32_t output_depth;
};

/* From the first on, before the end. */
struct span {
  int32_t first;
  int32_t end;
};
`,
};

/** Which taps of a window lie upon the image. */
export const TAPS_INSIDE: CDefinition = {
  name: 'taps_inside',
  needs: [SLIDING_WINDOW],
  text: `/* Of a window that begins at start, along one axis: the taps that lie upon the image. */
static struct span taps_inside(int32_t start, int32_t size, int32_t taps, int32_t dilation)
{
  struct span inside;

  inside.first = start < 0 ? (dilation - 1 - start) / dilation : 0;
  inside.end = size > start ? (size - start + dilation - 1) / dilation : 0;
  if (inside.end > taps) {
    inside.end = taps;
  }
  return inside;
}
`,
};

/** Which input pixels meet an output pixel of a transposed convolution. */
export const PIXELS_THAT_REACH: CDefinition = {
  name: 'pixels_that_reach',
  needs: [SLIDING_WINDOW],
  text: `/* Along one axis: the input pixels whose windows, one every stride, cover the place at. */
static struct span pixels_that_reach(int32_t at, int32_t size, int32_t taps, int32_t stride)
{
  struct span reach;

  reach.first = at >= taps ? (at - taps + stride) / stride : 0;
  reach.end = at / stride + 1 < size ? at / stride + 1 : size;
  return reach;
}
`,
};

/**
 * Loops over output pixels, with `rows` and `columns` as their spans, around `body`, which is indented by six. `top` and `left`
 * are where the window lies.
 */
export function overPixels(body: string): string {
  return `  for (int32_t y = 0; y < w->output_height; y++) {
    const int32_t top = y * w->stride_height - w->top;
    const struct span rows = taps_inside(top, w->input_height, w->filter_height, w->dilation_height);

    for (int32_t x = 0; x < w->output_width; x++) {
      const int32_t left = x * w->stride_width - w->left;
      const struct span columns = taps_inside(left, w->input_width, w->filter_width, w->dilation_width);

${body}
    }
  }
`;
}

/** Loops over taps of `rows` and `columns` around `body`, indented by twelve; `at` is the pixel under tap (i, j). */
export function overTaps(body: string): string {
  return `        for (int32_t i = rows.first; i < rows.end; i++) {
          for (int32_t j = columns.first; j < columns.end; j++) {
            const int32_t at = (top + i * w->dilation_height) * w->input_width + left + j * w->dilation_width;

${body}
          }
        }`;
}
