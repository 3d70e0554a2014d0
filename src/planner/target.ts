/** What can run a model on a chip: a build of TensorFlow Lite Micro, or nothing but C that was made of it. */

import { ARENA_TARGETS, type ArenaTarget } from './arena-plan.ts';

/** C without an interpreter. */
export const STANDALONE_TARGET = 'standalone-c';

/** Everything that figures of memory may be asked for. */
export const TARGETS = [...ARENA_TARGETS, STANDALONE_TARGET] as const;
/** One of `TARGETS`. */
export type Target = (typeof TARGETS)[number];

/** Whether it is a build of TensorFlow Lite Micro, with its arena and its kernels. */
export function isBuild(target: Target): target is ArenaTarget {
  return target !== STANDALONE_TARGET;
}
