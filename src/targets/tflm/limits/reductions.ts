import { elementCount } from '../../../core/tensor.ts';
import type { OperatorView } from '../../../ir/outline.ts';
import { both, is, type LimitTable, says } from './limit.ts';

/** How many axes disappear: as many as the second operand names. */
function axesOf({ inputs: [, axes] }: OperatorView): number {
  return axes === undefined ? 0 : elementCount(axes.shape);
}

const TWO_AXES = says(
  (view) => axesOf(view) > 2,
  'It reduces at most 2 axes; with more it writes past the end of an array.',
);

export const REDUCTION_LIMITS = {
  ARG_MAX: {},
  MEAN: {
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
  REDUCE_MAX: {},
  REDUCE_MIN: {},
  SUM: {
    arduino: [
      TWO_AXES,
      says(is('int8', 'int16'), 'Its SUM of integers wraps around where it should saturate.'),
    ],
  },
} as const satisfies LimitTable;
