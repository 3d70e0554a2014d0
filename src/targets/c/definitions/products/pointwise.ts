/** Convolutions that look at one pixel at a time. */

import { FINISH_SUFFIX } from './finish.ts';
import { MULTIPLY_PATCHES, PUT_PATCH } from './tiles.ts';
import { forFormsAndFinishes } from './weight-code.ts';

/** `pointwise`: four pixels at a time. */
export const POINTWISE = forFormsAndFinishes((form, code, kind) => {
  const suffix = `${code.suffix}${FINISH_SUFFIX[kind]}`;
  return {
    name: `pointwise${suffix}`,
    needs: [PUT_PATCH, MULTIPLY_PATCHES.four[form][kind]],
    text: `/*
 * Every pixel by itself. Pixels are read before what they become is written, and if that is longer from the last to the
 * first, so that the output may lie in the input's place.
 */
static void pointwise${suffix}(const struct rows *rows, int32_t pixels, int32_t depth, int8_t *patches, const int8_t *input,
                      int8_t *output)
{
  const int32_t distance = 4 * PATCH_STEP;
  int32_t from = depth;
  int32_t to = rows->count;

  if (to > from) {
    input += (pixels - 1) * from;
    output += (pixels - 1) * to;
    from = -from;
    to = -to;
  }
  while (pixels > 0) {
    const int32_t together = pixels >= 4 ? 4 : 1;
    int32_t i;

    for (i = 0; i < together; i++) {
      put_patch(patches + i * PATCH_STEP, distance, input, depth);
      input += from;
    }
    multiply_four${suffix}(rows, patches, output, together == 4 ? to : 0);
    output += together * to;
    pixels -= together;
  }
}
`,
  };
});
