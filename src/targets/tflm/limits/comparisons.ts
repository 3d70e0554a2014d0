import type { LimitTable } from './limit.ts';
import { broadcastsShapes, keepsShape } from './shapes.ts';
import { each, types } from './signature.ts';

/** Of int16, GREATER computes with multipliers that its Prepare never made. */
const ORDERED_TYPES = each('float32 int8 int32 int64', 'T T -> bool');
const COMPARED_TYPES = each('float32 int8 int32 int64 bool', 'T T -> bool');
const LOGICAL_TYPES = types('bool bool -> bool');

/** Operators whose result, or one of whose operands, is true or false. */
export const COMPARISON_LIMITS = {
  EQUAL: { types: COMPARED_TYPES, tflm: [broadcastsShapes] },
  GREATER: { types: ORDERED_TYPES, tflm: [broadcastsShapes] },
  GREATER_EQUAL: { types: ORDERED_TYPES, tflm: [broadcastsShapes] },
  LESS: { types: ORDERED_TYPES, tflm: [broadcastsShapes] },
  LESS_EQUAL: { types: ORDERED_TYPES, tflm: [broadcastsShapes] },
  LOGICAL_AND: { types: LOGICAL_TYPES, tflm: [broadcastsShapes] },
  LOGICAL_NOT: { types: types('bool -> bool'), tflm: [keepsShape] },
  LOGICAL_OR: { types: LOGICAL_TYPES, tflm: [broadcastsShapes] },
  NOT_EQUAL: { types: COMPARED_TYPES, tflm: [broadcastsShapes] },
  SELECT_V2: {
    types: each('float32 int8 int16', 'bool T T -> T'),
    tflm: [broadcastsShapes],
    withoutScales: true,
  },
} as const satisfies LimitTable;
