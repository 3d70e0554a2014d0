import type { Join } from '../../../../kernels/move.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { definitionsOf, walkCode } from './walk-code.ts';

/** CONCATENATION and PACK: the rows of one input after those of another, each to its place in the rows of the output. */
export function join({ prepared, label, outputs, constants }: CStep<unknown, Join>): Emission {
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
