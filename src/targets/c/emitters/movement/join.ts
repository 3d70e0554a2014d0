import type { Join } from '../../../../kernels/move.ts';
import type { CStep, Emission, Move } from '../../emitter.ts';
import { moves } from '../copy.ts';
import { definitionsOf, walkCode } from './walk-code.ts';

/** Inputs that are whole one after another: each may be made where it belongs. */
function joinPieces(step: CStep<unknown, Join>): Emission {
  let to = 0;
  const pieces = step.prepared.lengths.map((elements, input): Move => {
    const piece = { input, output: 0, from: 0, to, elements };
    to += elements;
    return piece;
  });
  return moves(step, pieces);
}

/** The rows of one input after those of another, each to its place in the rows of the output. */
function joinRows({ prepared, label, outputs, constants }: CStep<unknown, Join>): Emission {
  const { outer, lengths } = prepared;
  const row = lengths.reduce((sum, length) => sum + length, 0);
  let start = 0;
  const codes = lengths.map((length, index) => {
    const loops = [
      { count: outer, from: length, to: row },
      { count: length, from: 1, to: 1 },
    ];
    const code = walkCode(constants, `${label}_${index}`, outputs[0].type, { loops, from: 0, to: start });
    start += length;
    return code;
  });
  return {
    definitions: definitionsOf(codes),
    call: (places) =>
      codes.flatMap((code, index) => code.lines(places.input(index), places.output(0))).join('\n'),
  };
}

/** CONCATENATION and PACK */
export function join(step: CStep<unknown, Join>): Emission {
  return step.prepared.outer === 1 ? joinPieces(step) : joinRows(step);
}
