/** Products of patches and rows of weights. A patch is what lies under a window, copied in the form that its loop reads fastest. */

import type { CDefinition } from '../../c-code.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { FINISH_SUFFIX, FINISHES, type ForFinish } from './finish.ts';
import { KEEP, LOAD_FOURS, STORE_END, STORE_PATCH, TAKE_FOURS, TAKE_PATCH, TAKE_PATCHES } from './fours.ts';
import { MOST_LARGE_PRODUCTS, TAKE_FOUR_NIBBLES, TAKE_NIBBLES, WITH_LARGE_SUM } from './nibbles.ts';
import { type ForForm, forForms, forFormsAndFinishes } from './weight-code.ts';

/** How many patches stand in turn, four elements of each: `four` are faster, `two` take half the memory. */
export type Patches = 'two' | 'four';

export const PATCH_COUNT: Readonly<Record<Patches, number>> = { two: 2, four: 4 };

export const PUT_PATCH: CDefinition = {
  name: 'put_patch',
  needs: [STORE_PATCH, STORE_END],
  text: `/*
 * A part of a patch, whose fours lie so many bytes apart, and what follows it. The end of what is no multiple of four is
 * filled with zeros, whose weights are zeros as well.
 */
static ALWAYS_INLINE int8_t *put_patch(int8_t *patch, int32_t distance, const int8_t *from, int32_t length)
{
  for (; length >= 4; length -= 4) {
    store_patch(patch, from);
    patch += distance;
    from += 4;
  }
  if (length > 0) {
    store_end(patch, from, length);
    patch += distance;
  }
  return patch;
}
`,
};

const TILE: CDefinition = {
  name: 'struct tile',
  text: `/* Sums of two pixels and two channels each. */
struct tile {
  int32_t sum00;
  int32_t sum01;
  int32_t sum10;
  int32_t sum11;
};
`,
};

const ADD_TILE = forForms(
  (_, { suffix, four, addFour, takeEight }): CDefinition => ({
    name: `add_tile${suffix}`,
    needs: [TAKE_PATCH, takeEight, addFour, TILE],
    text: `/* Four elements of either patch times four weights of either row. */
static ALWAYS_INLINE void add_tile${suffix}(const int8_t **patches, const int8_t **weights, struct tile *sums)
{
  ${four === 'fours' ? 'fours w0, w1, x;' : `${four} w0, w1;\n  fours x;`}
  ${takeEight.name}(weights, &w0, &w1);
  x = take_patch(patches);
  sums->sum00 = ${addFour.name}(x, w0, sums->sum00);
  sums->sum01 = ${addFour.name}(x, w1, sums->sum01);
  x = take_patch(patches);
  sums->sum10 = ${addFour.name}(x, w0, sums->sum10);
  sums->sum11 = ${addFour.name}(x, w1, sums->sum11);
}
`,
  }),
);

const QUAD: CDefinition = {
  name: 'struct quad',
  text: `/* Sums of four pixels. */
struct quad {
  int32_t sum0;
  int32_t sum1;
  int32_t sum2;
  int32_t sum3;
};
`,
};

const ADD_QUAD = forForms(
  (_, { suffix, four, addFour }): CDefinition => ({
    name: `add_quad${suffix}`,
    needs: [TAKE_PATCHES, addFour, QUAD],
    text: `/* Four elements of each patch times four weights. */
static ALWAYS_INLINE void add_quad${suffix}(const int8_t **patches, ${four} w, struct quad *sums)
{
  fours x, y;
  take_patches(patches, &x, &y);
  sums->sum0 = ${addFour.name}(x, w, sums->sum0);
  sums->sum1 = ${addFour.name}(y, w, sums->sum1);
  take_patches(patches, &x, &y);
  sums->sum2 = ${addFour.name}(x, w, sums->sum2);
  sums->sum3 = ${addFour.name}(y, w, sums->sum3);
}
`,
  }),
);

/** Steps of eight columns whose large sums, with those of four columns before, keep to 32 bits. */
const MOST_STEPS = Math.floor((MOST_LARGE_PRODUCTS - 4) / 8);

/** The sums of two pixels and two rows. */
const TILE_SUMS = {
  bytes: {
    needs: [],
    code: `    if (is_odd) {
      add_tile(&patch, &weights, &sums);
    }
    for (i = steps; i > 0; i--) {
      add_tile(&patch, &weights, &sums);
      add_tile(&patch, &weights, &sums);
    }`,
  },
  nibbles: {
    needs: [WITH_LARGE_SUM],
    code: `    int32_t left = steps;

    /* Large sums of so many columns keep to 32 bits. */
    do {
      struct tile large = {0, 0, 0, 0};

      if (is_odd && left == steps) {
        add_tile_int4(&patch, &weights, &large);
      }
      i = left < ${MOST_STEPS} ? left : ${MOST_STEPS};
      left -= i;
      for (; i > 0; i--) {
        add_tile_int4(&patch, &weights, &large);
        add_tile_int4(&patch, &weights, &large);
      }
      sums.sum00 = with_large_sum(sums.sum00, large.sum00);
      sums.sum01 = with_large_sum(sums.sum01, large.sum01);
      sums.sum10 = with_large_sum(sums.sum10, large.sum10);
      sums.sum11 = with_large_sum(sums.sum11, large.sum11);
    } while (left > 0);`,
  },
} as const satisfies ForForm<object>;

/** A last row of weights alone: four of them times those of two patches. */
const ADD_LAST = {
  bytes: {
    needs: [LOAD_FOURS],
    code: `      const fours w = load_fours(weights);
      sum0 = add_fours(take_patch(&patches), w, sum0);
      sum1 = add_fours(take_patch(&patches), w, sum1);
      weights += 4;`,
  },
  nibbles: {
    needs: [TAKE_FOUR_NIBBLES],
    code: `      const nibbles w = take_four_nibbles(&weights);
      sum0 = add_nibbles(take_patch(&patches), w, sum0);
      sum1 = add_nibbles(take_patch(&patches), w, sum1);`,
  },
} as const satisfies ForForm<object>;

const MULTIPLY_TWO = forFormsAndFinishes((form, { suffix: formSuffix, needs, begin, end }, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_two${formSuffix}${suffix}`,
    isCopied: true,
    needs: [
      NEVER_INLINE,
      ADD_TILE[form],
      ...TILE_SUMS[form].needs,
      ...ADD_LAST[form].needs,
      ...needs,
      FINISHES[kind],
    ],
    text: `/*
 * The channels of two pixels that lie so far apart, so that every load and every widening of bytes serves two sums. Two rows
 * of weights stand in turn, four weights of each; a last row alone. The first pixel is written last: with a distance of 0
 * it is all that remains.
 */
static NEVER_INLINE void multiply_two${formSuffix}${suffix}(const struct rows *rows, const int8_t *patches, int8_t *output, int32_t distance)
{
  const struct rows all = *rows;
  const int8_t *weights = all.weights;
  const struct channel *channel = all.channels;
  const int32_t steps = all.length >> 3;
  const int is_odd = (all.length & 4) != 0;
  int32_t row;
  int32_t i;

  for (row = all.count; row >= 2; row -= 2) {
    const int8_t *patch = patches;
    struct tile sums = {channel[0].bias, channel[1].bias, channel[0].bias, channel[1].bias};

${TILE_SUMS[form].code}
    /* All before the first is written: what is loaded then serves two. */
    sums.sum00 = finish${suffix}(&all, &channel[0], sums.sum00);
    sums.sum10 = finish${suffix}(&all, &channel[0], sums.sum10);
    sums.sum01 = finish${suffix}(&all, &channel[1], sums.sum01);
    sums.sum11 = finish${suffix}(&all, &channel[1], sums.sum11);
    output[distance] = (int8_t)sums.sum10;
    output[distance + 1] = (int8_t)sums.sum11;
    output[0] = (int8_t)sums.sum00;
    output[1] = (int8_t)sums.sum01;
    channel += 2;
    output += 2;
  }
  if (row > 0) {
    int32_t sum0 = ${begin('channel->bias')};
    int32_t sum1 = sum0;

    for (i = all.length; i > 0; i -= 4) {
${ADD_LAST[form].code}
    }
    output[distance] = (int8_t)finish${suffix}(&all, channel, ${end('sum1', 'channel->bias')});
    output[0] = (int8_t)finish${suffix}(&all, channel, ${end('sum0', 'channel->bias')});
  }
}
`,
  };
});

/** The first four weights of a row alone, and eight weights. */
const ADD_QUADS = {
  bytes: {
    needs: [TAKE_FOURS],
    first: `      add_quad(&patch, take_fours(&weights), &sums);`,
    eight: `      add_quad(&patch, take_fours(&weights), &sums);
      add_quad(&patch, take_fours(&weights), &sums);`,
  },
  nibbles: {
    needs: [TAKE_NIBBLES, TAKE_FOUR_NIBBLES],
    first: `      add_quad_int4(&patch, take_four_nibbles(&weights), &sums);`,
    eight: `      nibbles w0, w1;
      take_nibbles(&weights, &w0, &w1);
      add_quad_int4(&patch, w0, &sums);
      add_quad_int4(&patch, w1, &sums);`,
  },
} as const satisfies ForForm<object>;

const MULTIPLY_FOUR = forFormsAndFinishes((form, { suffix: formSuffix, needs, begin, end }, kind) => {
  const suffix = FINISH_SUFFIX[kind];
  const sums = ['sums.sum0', 'sums.sum1', 'sums.sum2', 'sums.sum3'];
  const finished = sums.map(
    (sum) => `    ${sum} = finish${suffix}(&all, channel, ${end(sum, 'channel->bias')});\n`,
  );
  return {
    name: `multiply_four${formSuffix}${suffix}`,
    isCopied: true,
    needs: [NEVER_INLINE, ADD_QUAD[form], ...ADD_QUADS[form].needs, KEEP, ...needs, FINISHES[kind]],
    text: `/*
 * The channels of four pixels that lie so far apart, row by row of the weights, so that every load of these serves four
 * sums. The first pixel is written last: with a distance of 0 it is all that remains.
 */
static NEVER_INLINE void multiply_four${formSuffix}${suffix}(const struct rows *rows, const int8_t *patches, int8_t *output, int32_t distance)
{
  const struct rows all = *rows;
  const int8_t *weights = all.weights;
  const struct channel *channel = all.channels;
  const int32_t steps = all.length >> 3;
  const int is_odd = (all.length & 4) != 0;
  int32_t row;
  int32_t i;

  for (row = all.count; row > 0; row--) {
    const int8_t *patch = patches;
    int8_t *second;
    struct quad sums = {${sums.map(() => begin('channel->bias')).join(', ')}};

    if (is_odd) {
${ADD_QUADS[form].first}
    }
    i = steps;
    do {
${ADD_QUADS[form].eight}
    } while (--i != 0);
    /* All before the first is written: what is loaded then serves four. */
${finished.join('')}    keep(&distance);
    second = output + distance;
    second[2 * distance] = (int8_t)sums.sum3;
    output[2 * distance] = (int8_t)sums.sum2;
    second[0] = (int8_t)sums.sum1;
    output[0] = (int8_t)sums.sum0;
    channel++;
    output++;
  }
}
`,
  };
});

/** `multiply_two` and `multiply_four`: weights in the orders `rowsByPairs` and `filledRows`. */
export const MULTIPLY_PATCHES: Readonly<Record<Patches, ForForm<ForFinish>>> = {
  two: MULTIPLY_TWO,
  four: MULTIPLY_FOUR,
};
