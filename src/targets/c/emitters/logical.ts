import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';

export const LOGICAL_EMITTERS = {
  logical_and: { bool: NOT_YET },
  logical_not: { bool: NOT_YET },
  logical_or: { bool: NOT_YET },
  select_v2: { bool: NOT_YET },
} satisfies EmitterRows;
