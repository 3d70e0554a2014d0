import { bytesOf, elementCount, type TensorData, tensorBytes } from '../../../../core/tensor.ts';
import { stridesOf } from '../../../../kernels/move.ts';
import type { Pad } from '../../../../ops/movement/padding/pad.ts';
import type { Padded } from '../../../../ops/movement/padding/padding.ts';
import type { CDefinition } from '../../c-code.ts';
import { fillElements } from '../../definitions/moves.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';
import type { Walk } from '../../walk.ts';
import { movedType, pointerTo, walkCode } from './walk-code.ts';

/** From the whole input into the middle of the output. */
function middleWalk({ shape, paddings }: Padded): Walk {
  const padded = shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
  const [from, to] = [stridesOf(shape), stridesOf(padded)];
  return {
    loops: shape.map((count, axis) => ({ count, from: from[axis], to: to[axis] })),
    from: 0,
    to: paddings.reduce((sum, [before], axis) => sum + before * to[axis], 0),
  };
}

interface Filling {
  readonly definitions: readonly CDefinition[];
  line(places: Places): string;
}

/** All elements of output 0. */
function filling({ outputs }: CStep<unknown, unknown>, value: TensorData | undefined): Filling {
  const [{ type }] = outputs;
  const bytes = value === undefined ? undefined : new Set(bytesOf(value));
  if (bytes?.size === 1) {
    const [byte] = bytes;
    return {
      definitions: [],
      line: (places) => `memset(${places.output(0)}, ${byte}, ${tensorBytes(type)});`,
    };
  }
  const moved = movedType(type);
  const definition = fillElements(moved);
  return {
    definitions: [definition],
    line(places) {
      const output = pointerTo(moved, false, places.output(0), 0);
      const filled = `*${pointerTo(moved, true, places.input(1), 0)}`;
      return `${definition.name}(${output}, ${elementCount(type.shape)}, ${filled});`;
    },
  };
}

function around(step: CStep<unknown, Padded>, value: TensorData | undefined): Emission {
  const fill = filling(step, value);
  const middle = walkCode(step.constants, step.label, step.outputs[0].type, middleWalk(step.prepared));
  return {
    definitions: [...fill.definitions, ...middle.definitions],
    call: (places) => [fill.line(places), ...middle.lines(places.input(0), places.output(0))].join('\n'),
  };
}

/** Only int8 pads with anything but 0. */
export function pad(step: CStep<unknown, Pad>): Emission {
  return around(step, Int8Array.of(step.prepared.value));
}

/** The value is an operand. */
export function padWithOperand(step: CStep<unknown, Padded>): Emission {
  return around(step, step.inputs[1]?.data);
}
