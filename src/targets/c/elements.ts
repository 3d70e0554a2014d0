/** Emissions of operators that compute one element after another. */

import { elementBytes, elementCount } from '../../core/tensor.ts';
import type { Broadcast } from '../../kernels/broadcast.ts';
import { stridesOf } from '../../kernels/move.ts';
import { C_TYPES, type CDefinition } from './c-code.ts';
import type { CStep, CTensor, Emission } from './emitter.ts';
import { loopsAround } from './loops.ts';

type Step = CStep<unknown, unknown>;

function isSameType(a: CTensor, b: CTensor): boolean {
  return C_TYPES[a.type.dtype] === C_TYPES[b.type.dtype];
}

/** Elements of as many bytes, which C lets overwrite each other: of one type, or bytes. */
function mayOverwrite(input: CTensor, output: CTensor): boolean {
  const [from, to] = [elementBytes(input.type.dtype), elementBytes(output.type.dtype)];
  return isSameType(input, output) || (from === 1 && to === 1);
}

function inPlaceOf(positions: readonly number[]): Pick<Emission, 'inPlace'> {
  return positions.length === 0 ? {} : { inPlace: positions };
}

/** A call of a `unaryLoop`, with its arguments in front of the tensors. */
export function unary(step: Step, definition: CDefinition, args: readonly string[] = []): Emission {
  const [input] = step.inputs as readonly CTensor[];
  const [output] = step.outputs;
  const count = elementCount(output.type.shape);
  return {
    definitions: [definition],
    ...inPlaceOf(mayOverwrite(input, output) ? [0] : []),
    call: (places) =>
      `${definition.name}(${[...args, places.input(0), places.output(0), count].join(', ')});`,
  };
}

function repeats(counts: readonly number[], steps: readonly number[]): boolean {
  return counts.some((count, axis) => count > 1 && steps[axis] === 0);
}

/** Calls of a `pairLoop` for a broadcast of two tensors, with its arguments in front of the tensors. */
export function pairwise(
  step: Step,
  { counts, stepsA, stepsB }: Broadcast,
  definition: CDefinition,
  args: readonly string[] = [],
): Emission {
  const steps = [stepsA, stepsB];
  const inputs = step.inputs as readonly CTensor[];
  const inPlace = [0, 1].filter(
    (position) => !repeats(counts, steps[position]) && mayOverwrite(inputs[position], step.outputs[0]),
  );
  return {
    definitions: [definition],
    ...inPlaceOf(inPlace),
    call: (places) =>
      loopsAround({ counts, steps: [...steps, stridesOf(counts)] }, (run) => {
        const [a, b] = [0, 1].map((operand) => run.at(operand, places.input(operand)));
        const all = [...args, a, run.steps[0], b, run.steps[1], run.at(2, places.output(0)), run.count];
        return `${definition.name}(${all.join(', ')});`;
      }),
  };
}
