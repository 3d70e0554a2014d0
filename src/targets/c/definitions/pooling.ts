/** Pooling of int8 images: the twin of `kernels/quantized/pool.ts`. */

import type { CDefinition } from '../c-code.ts';
import { CLAMP } from './arithmetic.ts';

const POOL: CDefinition = {
  name: 'struct pool',
  text: `/* How a window slides over an image, in rows and pixels. */
struct pool {
  int32_t input_height;
  int32_t input_width;
  int32_t depth;
  int32_t output_height;
  int32_t output_width;
  int32_t filter_height;
  int32_t filter_width;
  int32_t stride_height;
  int32_t stride_width;
  int32_t top;
  int32_t left;
  int32_t least;
  int32_t most;
};

/* The part of a window of that length inside the image, from *first on. */
static int32_t part_inside(int32_t *first, int32_t length, int32_t size)
{
  const int32_t end = *first + length < size ? *first + length : size;
  *first = *first > 0 ? *first : 0;
  return end - *first;
}
`,
};

function pool(name: string, comment: string, begin: string, add: string, end: string): CDefinition {
  return {
    name,
    needs: [POOL, CLAMP],
    text: `/* ${comment} */
static void ${name}(const struct pool *pool, const int8_t *input, int8_t *output)
{
  int32_t y, x, channel, i, j;

  for (y = 0; y < pool->output_height; y++) {
    for (x = 0; x < pool->output_width; x++) {
      int32_t top = y * pool->stride_height - pool->top;
      int32_t left = x * pool->stride_width - pool->left;
      const int32_t height = part_inside(&top, pool->filter_height, pool->input_height);
      const int32_t width = part_inside(&left, pool->filter_width, pool->input_width);
      const int8_t *first = input + (top * pool->input_width + left) * pool->depth;

      for (channel = 0; channel < pool->depth; channel++) {
        const int8_t *row = first++;
        ${begin}

        for (i = 0; i < height; i++) {
          const int8_t *from = row;
          for (j = 0; j < width; j++) {
            ${add}
            from += pool->depth;
          }
          row += pool->input_width * pool->depth;
        }
        *output++ = (int8_t)clamp(${end}, pool->least, pool->most);
      }
    }
  }
}
`,
  };
}

export const AVERAGE_POOL = pool(
  'average_pool',
  'What lies outside the image does not count; ties round away from zero.',
  'int32_t total = 0;',
  'total += *from;',
  '(total > 0 ? total + height * width / 2 : total - height * width / 2) / (height * width)',
);

export const MAX_POOL = pool(
  'max_pool',
  'The largest of every window.',
  'int32_t largest = INT8_MIN;',
  'largest = *from > largest ? *from : largest;',
  'largest',
);
