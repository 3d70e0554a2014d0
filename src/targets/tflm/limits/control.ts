import type { LimitTable } from './limit.ts';
import { each, SIZED_TYPES, types } from './signature.ts';

const ANY = SIZED_TYPES.replaceAll(' ', '|');

/** Operators that run other subgraphs, keep variables, or compute shapes. */
export const CONTROL_LIMITS = {
  ASSIGN_VARIABLE: { types: types(`resource|int32 ${ANY} ->`), withoutScales: true },
  BROADCAST_ARGS: { types: each('int32 int64', 'T T -> T') },
  CALL_ONCE: { types: types('->'), withoutScales: true },
  IF: { types: types(`bool ${ANY}... -> ${ANY}...`, `bool -> ${ANY}...`), withoutScales: true },
  READ_VARIABLE: { types: types(`resource -> ${ANY}`), withoutScales: true },
  VAR_HANDLE: { types: types('-> resource'), withoutScales: true },
  WHILE: { types: types(`${ANY}... -> ${ANY}...`), withoutScales: true },
} as const satisfies LimitTable;
