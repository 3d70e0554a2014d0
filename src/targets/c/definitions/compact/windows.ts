/** Convolutions of int8, depthwise ones too, in the fewest bytes of code: tap after tap of what lies upon the image. */

import { type CDefinition, definitionsBy } from '../../c-code.ts';
import { COMPACT_ROWS } from './rows.ts';

/** What numbers of a window take in flash. */
export type CompactWidth = 'int16_t' | 'int32_t';

/** Behind the names of what has them. */
export const COMPACT_SUFFIX: Readonly<Record<CompactWidth, string>> = { int16_t: '', int32_t: '_large' };

/** `convolve_compact(rows, window, backwards, input, output)` of one batch. */
export const CONVOLVE_COMPACT = definitionsBy((width: CompactWidth): CDefinition => {
  const suffix = COMPACT_SUFFIX[width];
  return {
    name: `convolve_compact${suffix}`,
    needs: [COMPACT_ROWS],
    text: `/* How a window slides over an image, in rows, columns and channels. */
struct compact_window${suffix} {
  ${width} input_height;
  ${width} input_width;
  ${width} input_depth;
  ${width} output_height;
  ${width} output_width;
  ${width} filter_height;
  ${width} filter_width;
  ${width} stride_height;
  ${width} stride_width;
  ${width} dilation_height;
  ${width} dilation_width;
  ${width} top;
  ${width} left;
  ${width} group_depth; /* Of the channels of the input that each of a group of rows looks at. */
  ${width} group_rows;
};

/* Output pixels one after another, or from the last to the first where the output lies over the end of the input. */
static void convolve_compact${suffix}(const struct compact_rows *rows, const struct compact_window${suffix} *w, int backwards,
                             const int8_t *input, int8_t *output)
{
  const int32_t pixels = w->output_height * w->output_width;
  int32_t n, row, i, j;

  for (n = 0; n < pixels; n++) {
    const int32_t pixel = backwards ? pixels - 1 - n : n;
    const int32_t top = pixel / w->output_width * w->stride_height - w->top;
    const int32_t left = pixel % w->output_width * w->stride_width - w->left;
    const int8_t *weights = rows->weights;
    int8_t *to = output + pixel * rows->count;

    for (row = 0; row < rows->count; row++) {
      const int8_t *group = input + row / w->group_rows * w->group_depth;
      uint32_t sum = 0;

      for (i = 0; i < w->filter_height; i++) {
        const int32_t y = top + i * w->dilation_height;

        for (j = 0; j < w->filter_width; j++) {
          const int32_t x = left + j * w->dilation_width;

          if (y >= 0 && y < w->input_height && x >= 0 && x < w->input_width) {
            sum = add_products(sum, group + (y * w->input_width + x) * w->input_depth, rows->zero_in, weights, w->group_depth);
          }
          weights += w->group_depth;
        }
      }
      *to++ = end_of_row(rows, row, sum);
    }
  }
}
`,
  };
});
