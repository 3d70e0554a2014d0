/** Products of patches and rows of weights. A patch is what lies under a window, copied in the form that its loop reads fastest. */

import type { CDefinition } from '../../c-code.ts';
import { NEVER_INLINE } from '../inlining.ts';
import { FINISH_SUFFIX, FINISHES, type ForFinish, forFinishes } from './finish.ts';
import {
  ADD_FOURS,
  KEEP,
  LOAD_FOURS,
  STORE_END,
  STORE_PATCH,
  TAKE_FOURS,
  TAKE_PATCH,
  TAKE_PATCHES,
  TAKE_WEIGHTS,
} from './fours.ts';

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
  needs: [TAKE_PATCH, TAKE_WEIGHTS, ADD_FOURS],
  text: `/* Sums of two pixels and two channels each. */
struct tile {
  int32_t sum00;
  int32_t sum01;
  int32_t sum10;
  int32_t sum11;
};

/* Four elements of either patch times four weights of either row. */
static ALWAYS_INLINE void add_tile(const int8_t **patches, const int8_t **weights, struct tile *sums)
{
  fours w0, w1, x;
  take_weights(weights, &w0, &w1);
  x = take_patch(patches);
  sums->sum00 = add_fours(x, w0, sums->sum00);
  sums->sum01 = add_fours(x, w1, sums->sum01);
  x = take_patch(patches);
  sums->sum10 = add_fours(x, w0, sums->sum10);
  sums->sum11 = add_fours(x, w1, sums->sum11);
}
`,
};

const QUAD: CDefinition = {
  name: 'struct quad',
  needs: [TAKE_PATCHES, ADD_FOURS],
  text: `/* Sums of four pixels. */
struct quad {
  int32_t sum0;
  int32_t sum1;
  int32_t sum2;
  int32_t sum3;
};

/* Four elements of each patch times four weights. */
static ALWAYS_INLINE void add_quad(const int8_t **patches, fours w, struct quad *sums)
{
  fours x, y;
  take_patches(patches, &x, &y);
  sums->sum0 = add_fours(x, w, sums->sum0);
  sums->sum1 = add_fours(y, w, sums->sum1);
  take_patches(patches, &x, &y);
  sums->sum2 = add_fours(x, w, sums->sum2);
  sums->sum3 = add_fours(y, w, sums->sum3);
}
`,
};

const MULTIPLY_TWO = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_two${suffix}`,
    needs: [NEVER_INLINE, TILE, LOAD_FOURS, FINISHES[kind]],
    text: `/*
 * The channels of two pixels that lie so far apart, so that every load and every widening of bytes serves two sums. Two rows
 * of weights stand in turn, four weights of each; a last row alone. The first pixel is written last: with a distance of 0
 * it is all that remains.
 */
static NEVER_INLINE void multiply_two${suffix}(const struct rows *rows, const int8_t *patches, int8_t *output, int32_t distance)
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

    if (is_odd) {
      add_tile(&patch, &weights, &sums);
    }
    for (i = steps; i > 0; i--) {
      add_tile(&patch, &weights, &sums);
      add_tile(&patch, &weights, &sums);
    }
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
    int32_t sum0 = channel->bias;
    int32_t sum1 = sum0;

    for (i = all.length; i > 0; i -= 4) {
      const fours w = load_fours(weights);
      sum0 = add_fours(take_patch(&patches), w, sum0);
      sum1 = add_fours(take_patch(&patches), w, sum1);
      weights += 4;
    }
    output[distance] = (int8_t)finish${suffix}(&all, channel, sum1);
    output[0] = (int8_t)finish${suffix}(&all, channel, sum0);
  }
}
`,
  };
});

const MULTIPLY_FOUR = forFinishes((kind) => {
  const suffix = FINISH_SUFFIX[kind];
  return {
    name: `multiply_four${suffix}`,
    needs: [NEVER_INLINE, QUAD, TAKE_FOURS, KEEP, FINISHES[kind]],
    text: `/*
 * The channels of four pixels that lie so far apart, row by row of the weights, so that every load of these serves four
 * sums. The first pixel is written last: with a distance of 0 it is all that remains.
 */
static NEVER_INLINE void multiply_four${suffix}(const struct rows *rows, const int8_t *patches, int8_t *output, int32_t distance)
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
    struct quad sums = {channel->bias, channel->bias, channel->bias, channel->bias};

    if (is_odd) {
      add_quad(&patch, take_fours(&weights), &sums);
    }
    i = steps;
    do {
      add_quad(&patch, take_fours(&weights), &sums);
      add_quad(&patch, take_fours(&weights), &sums);
    } while (--i != 0);
    /* All before the first is written: what is loaded then serves four. */
    sums.sum0 = finish${suffix}(&all, channel, sums.sum0);
    sums.sum1 = finish${suffix}(&all, channel, sums.sum1);
    sums.sum2 = finish${suffix}(&all, channel, sums.sum2);
    sums.sum3 = finish${suffix}(&all, channel, sums.sum3);
    keep(&distance);
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

/** `multiply_two` and `multiply_four`: weights as `packRowPairs` and `packFilled` lay them out. */
export const MULTIPLY_PATCHES: Readonly<Record<Patches, ForFinish>> = {
  two: MULTIPLY_TWO,
  four: MULTIPLY_FOUR,
};
