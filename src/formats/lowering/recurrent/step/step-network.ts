/**
 * The network of one time step of a file that says its model operation by operation: read with one step instead of all, and
 * accepted where, step after step, it gives what the whole sequence does.
 */

import { TinymlError } from '../../../../core/errors.ts';
import type { Shape } from '../../../../core/tensor.ts';
import { type Graph, isStateful } from '../../../../ir/graph.ts';
import { isStepRefusal, isTimeElsewhere, noSequence, noStepForm, nothingRemembered } from './no-step-form.ts';
import { requireSameSteps } from './same-steps.ts';

/** An input as a file has it: sizes that are free are undefined. */
export interface SequenceInput {
  readonly name: string;
  readonly shape: readonly (number | undefined)[];
}

/** Reads the file with an input of this shape; with `steps`, it is one of so many, and recurrent layers keep their states. */
export type ReadSequence = (shape: Shape, steps?: number) => Graph;

/** Of sequences that compare both, where the file leaves it free, or is of one step itself. */
const STEPS = 8;
/** Where time may be: behind the batch, or in front of it. */
const TIME_AXES = [1, 0];

interface Extents {
  readonly axis: number;
  readonly whole: Shape;
}

/** A free batch is 1, as it is everywhere; what else is free stays for who reads the file to refuse. */
function extentsOf(shape: SequenceInput['shape'], axis: number): Extents {
  const steps = Math.max(shape[axis] ?? STEPS, 1);
  const batch = shape[1 - axis] ?? 1;
  const whole = [batch, batch, shape[2] ?? 0].with(axis, steps === 1 ? STEPS : steps);
  return { axis, whole };
}

/** Whether recurrent layers refuse all steps at once, as they do in the network of one. */
function hasRecurrentLayers(read: ReadSequence, { axis, whole }: Extents): boolean {
  try {
    return isStateful(read(whole, whole[axis]));
  } catch (error) {
    if (error instanceof TinymlError && isStepRefusal(error)) return true;
    throw error;
  }
}

/** What does not fit to one step in a file that is sound with all of them is no fault of the file. */
function ofOneStep(read: ReadSequence, extents: Extents): Graph {
  const { axis, whole } = extents;
  try {
    return read(whole.with(axis, 1), whole[axis]);
  } catch (error) {
    if (!(error instanceof TinymlError) || isStepRefusal(error)) throw error;
    if (!hasRecurrentLayers(read, extents)) throw nothingRemembered();
    throw noStepForm(`With one step in place of ${whole[axis]}: ${error.message.replace(/\.$/, '')}`);
  }
}

function atAxis(read: ReadSequence, extents: Extents): Graph {
  const { axis, whole } = extents;
  const step = ofOneStep(read, extents);
  if (!isStateful(step)) throw nothingRemembered();
  requireSameSteps(read(whole), step, axis);
  return step;
}

/**
 * `inputs` are those that the file's graph has. Throws `no-step-form` (unsupported) where the model does not take one sequence of
 * vectors, where nothing in it remembers, and where it needs other steps than those that were.
 */
export function stepNetwork(inputs: readonly SequenceInput[], read: ReadSequence): Graph {
  const [{ shape }, ...others] = inputs;
  if (others.length > 0 || shape.length !== 3 || shape[2] === undefined) throw noSequence();
  const refusals: TinymlError[] = [];
  for (const axis of TIME_AXES) {
    try {
      return atAxis(read, extentsOf(shape, axis));
    } catch (error) {
      if (!(error instanceof TinymlError)) throw error;
      refusals.push(error);
    }
  }
  throw refusals.find((refusal) => !isTimeElsewhere(refusal)) ?? refusals[0];
}
