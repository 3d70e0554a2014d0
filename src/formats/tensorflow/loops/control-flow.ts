/** What constants decide of loops and branches: loops are unrolled, of branches one is taken. */

import { inputError, unsupportedError, withErrorContext } from '../../../core/errors.ts';
import { isKnown } from '../../lowering/graph-writer.ts';
import { titleOf } from '../graph-nodes.ts';
import type { NodeProto } from '../messages.ts';
import { isOperand, type Value } from '../values.ts';

/** Functions and loops within one another. */
export const MAX_DEPTH = 24;
/** Of a loop; longer ones make networks that no chip holds. */
const MAX_STEPS = 1024;

export interface Loop {
  /** What its steps read besides its state; nothing where all of it is state. */
  around?(): readonly Value[];
  goesOn(state: readonly Value[]): Value | undefined;
  step(state: readonly Value[]): readonly Value[];
}

/** The state with which a loop ends; errors name `node`. */
export function unrolled(
  node: NodeProto,
  entered: readonly Value[],
  { goesOn, step }: Loop,
): readonly Value[] {
  let state = entered;
  for (let count = 0; ; count++) {
    const condition = goesOn(state);
    if (!withErrorContext(titleOf(node), () => isTrue(condition))) return state;
    if (count === MAX_STEPS) {
      throw unsupportedError(
        'loop-too-long',
        `${titleOf(node)} runs more than ${MAX_STEPS} times, and loops are unrolled.`,
        'Give the network shorter sequences.',
      );
    }
    state = step(state);
  }
}

/** A single number that must be known. */
function decided(value: Value | undefined): number {
  if (isOperand(value) && isKnown(value) && value.data.length === 1) return Number(value.data[0]);
  throw unsupportedError(
    'dynamic-control-flow',
    'what it decides is computed from the inputs, and must be known beforehand.',
    'Choose between tensors with tf.where, and give loops a fixed number of steps.',
  );
}

export function isTrue(value: Value | undefined): boolean {
  return decided(value) !== 0;
}

/** Of several branches; an index beyond them takes the last (`Case` of functional_ops.cc). */
export function branchAt<Branch>(value: Value | undefined, branches: readonly Branch[]): Branch {
  const index = decided(value);
  const branch = branches[index] ?? branches.at(-1);
  if (branch !== undefined) return branch;
  throw inputError('tensorflow-branches', 'it has no branches.');
}
