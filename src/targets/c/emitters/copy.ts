import { elementBytes, elementCount } from '../../../core/tensor.ts';
import type { CStep, Emission, Move, Places } from '../emitter.ts';

function plus(elements: number): string {
  return elements === 0 ? '' : ` + ${elements}`;
}

/** Of operators that do nothing but copy some pieces in one: no piece is copied that lies in its place already. */
export function moves(step: CStep<unknown, unknown>, pieces: readonly Move[]): Emission {
  const size = elementBytes(step.outputs[0].type.dtype);
  const statement = (places: Places, { input, output, from, to, elements }: Move): string =>
    `memcpy(${places.output(output)}${plus(to)}, ${places.input(input)}${plus(from)}, ${elements * size});`;
  return {
    definitions: [],
    moves: pieces,
    call: (places) =>
      pieces
        .filter((piece) => !places.isThere(piece))
        .map((piece) => statement(places, piece))
        .join('\n'),
  };
}

/** Of operators that change the shape alone. */
export function copy(step: CStep<unknown, unknown>): Emission {
  const elements = elementCount(step.outputs[0].type.shape);
  return moves(step, [{ input: 0, output: 0, from: 0, to: 0, elements }]);
}
