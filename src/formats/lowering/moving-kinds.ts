/** Operators that only move elements. */

import type { OpKind } from '../../ops/index.ts';

/** Their float32 kernel copies elements of any type. */
export const MOVING_KINDS: ReadonlySet<OpKind> = new Set<OpKind>([
  'concatenation',
  'expand_dims',
  'gather',
  'pack',
  'reshape',
  'slice',
  'split',
  'split_v',
  'squeeze',
  'strided_slice',
  'transpose',
  'unpack',
]);
