import type { EmitterRows } from '../emitter.ts';
import { NOT_YET } from '../not-yet.ts';
import { compares } from './elementwise/plain-pairs.ts';

export const LOGICAL_EMITTERS = {
  logical_and: { bool: compares('logical_and') },
  logical_not: { bool: NOT_YET },
  logical_or: { bool: compares('logical_or') },
  select_v2: { bool: NOT_YET },
} satisfies EmitterRows;
