import type { EmitterRows } from '../emitter.ts';
import { logicalNot, select } from './elementwise/plain-elements.ts';
import { compares } from './elementwise/plain-pairs.ts';

export const LOGICAL_EMITTERS = {
  logical_and: { bool: compares('logical_and') },
  logical_not: { bool: logicalNot },
  logical_or: { bool: compares('logical_or') },
  select_v2: { bool: select },
} satisfies EmitterRows;
