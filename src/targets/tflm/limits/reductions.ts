import { elementCount } from '../../../core/tensor.ts';
import type { OperatorView } from '../../../ir/outline.ts';
import { both, is, type LimitTable, says } from './limit.ts';
import { keepsShape } from './shapes.ts';
import { each, types } from './signature.ts';

/** How many axes disappear: as many as the second operand names. */
function axesOf({ inputs: [, axes] }: OperatorView): number {
  return axes === undefined ? 0 : elementCount(axes.shape);
}

const TWO_AXES = says(
  (view) => axesOf(view) > 2,
  'It reduces at most 2 axes; with more it writes past the end of an array.',
);

const REDUCED_TYPES = each('float32 int8', 'T int32 -> T');
const SUMMED_TYPES = each('float32 int8 int16', 'T int32 -> T');

export const REDUCTION_LIMITS = {
  ARG_MAX: { types: types('float32|int8 int32 -> int32'), withoutScales: true },
  ARG_MIN: { types: types('float32|int8 int32 -> int32'), withoutScales: true },
  CUMSUM: { types: REDUCED_TYPES, tflm: [keepsShape] },
  MEAN: {
    types: SUMMED_TYPES,
    tflm: [
      says(
        both(is('float32'), (view) => axesOf(view) > 4),
        'Its MEAN of float32 writes more than 4 axes past the end of an array.',
      ),
    ],
    arduino: [
      TWO_AXES,
      says(is('int8', 'int16'), 'It rounds the MEAN of integers in another way: results may differ by one.'),
    ],
  },
  REDUCE_ALL: { types: types('bool int32 -> bool'), withoutScales: true },
  REDUCE_MAX: { types: REDUCED_TYPES },
  REDUCE_MIN: { types: REDUCED_TYPES },
  SUM: {
    types: SUMMED_TYPES,
    arduino: [
      TWO_AXES,
      says(is('int8', 'int16'), 'Its SUM of integers wraps around where it should saturate.'),
    ],
  },
} as const satisfies LimitTable;
