import type { OperatorView } from '../../../ir/outline.ts';
import { both, grows, hasBatch, is, type LimitTable, rescales, says } from './limit.ts';
import { each, types } from './signature.ts';

const RESCALING_POOL = says(
  rescales,
  'Its pooling does not change the scale: input and output need the same scale and zero point.',
);
const ONE_BATCH = says(
  both(hasBatch, (view) => !is('float32')(view)),
  'Its pooling computes the first example of a batch only.',
);
const POOLED_TYPES = each('float32 int8 int16', 'T -> T');
const OLD_POOLED_TYPES = each('float32 int8', 'T -> T');

/** Nearest neighbours at half pixels are other ones, unless every pixel is repeated a whole number of times. */
function resizesUnevenly({ inputs: [input], outputs: [output] }: OperatorView): boolean {
  return [1, 2].some((axis) => (output?.shape[axis] ?? 0) % (input?.shape[axis] ?? 1) !== 0);
}

/** Places are counted in 2^−10 of a pixel, in int32. */
const MOST_PIXELS = 2 ** 20;

const HUGE_IMAGE = says(
  ({ inputs: [input], outputs: [output] }) =>
    [input, output].some((image) => Math.max(image?.shape[1] ?? 0, image?.shape[2] ?? 0) > MOST_PIXELS),
  `It resizes images with edges of at most ${MOST_PIXELS} pixels.`,
);

/** Pooling, resizing, and images in blocks. */
export const IMAGE_LIMITS = {
  AVERAGE_POOL_2D: {
    types: POOLED_TYPES,
    tflm: [RESCALING_POOL],
    arduino: [ONE_BATCH],
    chiraleTypes: OLD_POOLED_TYPES,
  },
  BATCH_TO_SPACE_ND: { types: each('float32 int8', 'T int32 int32 -> T'), withoutScales: true },
  DEPTH_TO_SPACE: { types: each('float32 int8', 'T -> T'), withoutScales: true },
  L2_POOL_2D: { types: types('float32 -> float32') },
  MAX_POOL_2D: {
    types: POOLED_TYPES,
    tflm: [RESCALING_POOL],
    arduino: [ONE_BATCH],
    chiraleTypes: OLD_POOLED_TYPES,
  },
  RESIZE_BILINEAR: {
    withoutScales: true,
    types: each('float32 int8', 'T int32 -> T'),
    constants: { 1: 'size' },
    tflm: [HUGE_IMAGE],
  },
  RESIZE_NEAREST_NEIGHBOR: {
    withoutScales: true,
    types: each('float32 int8 int16', 'T int32 -> T'),
    constants: { 1: 'size' },
    tflm: [HUGE_IMAGE],
    arduino: [
      says(
        resizesUnevenly,
        'It ignores half-pixel centers, which choose other elements unless every size grows by a whole factor.',
      ),
    ],
  },
  SPACE_TO_BATCH_ND: {
    withoutScales: true,
    types: each('float32 int8', 'T int32 int32 -> T'),
    tflm: [
      says(
        grows,
        'Its SPACE_TO_BATCH_ND never sets the value it pads with and writes whatever its memory held.',
      ),
    ],
  },
  SPACE_TO_DEPTH: { types: each('float32 int8', 'T -> T'), withoutScales: true },
} as const satisfies LimitTable;
