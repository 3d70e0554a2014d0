import type { LimitTable } from './limit.ts';
import { each, types } from './signature.ts';

/** Of int16, GREATER computes with multipliers that its Prepare never made. */
const ORDERED_TYPES = each('float32 int8 int32 int64', 'T T -> bool');
const COMPARED_TYPES = each('float32 int8 int32 int64 bool', 'T T -> bool');
const LOGICAL_TYPES = types('bool bool -> bool');

/** Operators whose result, or one of whose operands, is true or false. */
export const COMPARISON_LIMITS = {
  EQUAL: { types: COMPARED_TYPES },
  GREATER: { types: ORDERED_TYPES },
  GREATER_EQUAL: { types: ORDERED_TYPES },
  LESS: { types: ORDERED_TYPES },
  LESS_EQUAL: { types: ORDERED_TYPES },
  LOGICAL_AND: { types: LOGICAL_TYPES },
  LOGICAL_NOT: { types: types('bool -> bool') },
  LOGICAL_OR: { types: LOGICAL_TYPES },
  NOT_EQUAL: { types: COMPARED_TYPES },
  SELECT_V2: { types: each('float32 int8 int16', 'bool T T -> T') },
} as const satisfies LimitTable;
