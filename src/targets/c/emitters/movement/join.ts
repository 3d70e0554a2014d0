import { elementBytes } from '../../../../core/tensor.ts';
import type { Join } from '../../../../kernels/move.ts';
import type { CStep, Emission, Move } from '../../emitter.ts';
import type { Walk } from '../../walk.ts';
import { bytesBeforeWalk } from '../../walk-overlap.ts';
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
  const [{ type }] = outputs;
  let start = 0;
  const walks = lengths.map((length): Walk => {
    const loops = [
      { count: outer, from: length, to: row },
      { count: length, from: 1, to: 1 },
    ];
    start += length;
    return { loops, from: 0, to: start - length };
  });
  const codes = walks.map((walk, index) => walkCode(constants, `${label}_${index}`, type, walk));
  // All of the longest is read before anything else is written, so that the output may lie over it.
  const largest = lengths.indexOf(Math.max(...lengths));
  const order = [largest, ...[...lengths.keys()].filter((index) => index !== largest)];
  return {
    definitions: definitionsOf(codes),
    overlaps: [{ input: largest, before: bytesBeforeWalk(walks[largest], elementBytes(type.dtype)) }],
    call: (places) =>
      order.flatMap((index) => codes[index].lines(places.input(index), places.output(0))).join('\n'),
  };
}

/** CONCATENATION and PACK */
export function join(step: CStep<unknown, Join>): Emission {
  return step.prepared.outer === 1 ? joinPieces(step) : joinRows(step);
}
