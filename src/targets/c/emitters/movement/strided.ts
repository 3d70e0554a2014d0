import type { StridedMove } from '../../../../kernels/move.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { walkOf } from '../../walk.ts';
import { definitionsOf, walkCode } from './walk-code.ts';

/** Of every operator whose outputs are walks through its input. */
export function strided({
  prepared,
  label,
  outputs,
  constants,
}: CStep<unknown, readonly StridedMove[]>): Emission {
  const codes = prepared.map((move, index) =>
    walkCode(constants, `${label}_${index}`, outputs[index].type, walkOf(move)),
  );
  return {
    definitions: definitionsOf(codes),
    call: (places) =>
      codes.flatMap((code, index) => code.lines(places.input(0), places.output(index))).join('\n'),
  };
}
