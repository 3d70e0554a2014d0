import { elementBytes } from '../../../../core/tensor.ts';
import type { StridedMove } from '../../../../kernels/move.ts';
import type { CStep, CTensor, Emission, Move } from '../../emitter.ts';
import { simplified, walkOf } from '../../walk.ts';
import { bytesBeforeWalk } from '../../walk-overlap.ts';
import { moves } from '../copy.ts';
import { definitionsOf, walkCode } from './walk-code.ts';

type Step = CStep<unknown, readonly StridedMove[]>;

/** The elements of an output, if they lie side by side in the input. */
function pieceOf(move: StridedMove, output: number): Move | undefined {
  const { loops, from } = simplified(walkOf(move));
  const [run, ...others] = loops;
  if (others.length > 0 || (run !== undefined && run.from !== 1)) return undefined;
  return { input: 0, output, from, to: 0, elements: run?.count ?? 1 };
}

function beforeOf(move: StridedMove, { type }: CTensor): number {
  return bytesBeforeWalk(walkOf(move), elementBytes(type.dtype));
}

function walked({ prepared, label, outputs, constants }: Step): Emission {
  const codes = prepared.map((move, index) =>
    walkCode(constants, `${label}_${index}`, outputs[index].type, walkOf(move)),
  );
  // Several outputs read the input one after another.
  const overlaps = prepared.length > 1 ? [] : [{ input: 0, before: beforeOf(prepared[0], outputs[0]) }];
  return {
    definitions: definitionsOf(codes),
    overlaps,
    call: (places) =>
      codes.flatMap((code, index) => code.lines(places.input(0), places.output(index))).join('\n'),
  };
}

/** Of every operator whose outputs are walks through its input; those that are pieces of it may stay where they lie. */
export function strided(step: Step): Emission {
  const pieces = step.prepared.flatMap((move, output) => pieceOf(move, output) ?? []);
  return pieces.length === step.prepared.length ? moves(step, pieces) : walked(step);
}
