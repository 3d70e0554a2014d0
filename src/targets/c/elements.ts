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

/**
 * Whether element after element may be written from where the input begins: bytes over anything, all else over elements of its
 * own type and size, as C has it.
 */
function mayOverwrite(input: CTensor, output: CTensor): boolean {
  return isSameType(input, output) || elementBytes(output.type.dtype) === 1;
}

/** Of a function that reads each element before it writes that of the output, or any behind it. */
export function overInput(input: CTensor, output: CTensor): Pick<Emission, 'inPlace' | 'overlaps'> {
  if (mayOverwrite(input, output)) return { inPlace: [0] };
  const [from, to] = [elementBytes(input.type.dtype), elementBytes(output.type.dtype)];
  if (from > 1) return {};
  const before = (to - from) * (elementCount(output.type.shape) - 1);
  return { overlaps: [{ input: 0, before }] };
}

/** A call of a `unaryLoop`, with its arguments in front of the tensors. */
export function unary(step: Step, definition: CDefinition, args: readonly string[] = []): Emission {
  const [input] = step.inputs as readonly CTensor[];
  const [output] = step.outputs;
  const count = elementCount(output.type.shape);
  return {
    definitions: [definition],
    ...overInput(input, output),
    call: (places) =>
      `${definition.name}(${[...args, places.input(0), places.output(0), count].join(', ')});`,
  };
}

/** Whether nothing is repeated: all inputs have as many elements as the output. */
export function isElementwise({ inputs, outputs }: Step): boolean {
  const count = elementCount(outputs[0].type.shape);
  return inputs.every((input) => input !== undefined && elementCount(input.type.shape) === count);
}

function repeats(counts: readonly number[], steps: readonly number[]): boolean {
  return counts.some((count, axis) => count > 1 && steps[axis] === 0);
}

/** An input, and its steps in the loops over the output. */
interface Operand {
  readonly position: number;
  readonly steps: readonly number[];
}

/** Calls of `NAME(arguments, operand, step, …, output, count)`. */
export function stepwise(
  step: Step,
  counts: readonly number[],
  operands: readonly Operand[],
  definition: CDefinition,
  args: readonly string[] = [],
): Emission {
  const inputs = step.inputs as readonly CTensor[];
  const inPlace = operands
    .filter(
      ({ position, steps }) => !repeats(counts, steps) && mayOverwrite(inputs[position], step.outputs[0]),
    )
    .map(({ position }) => position);
  return {
    definitions: [definition],
    ...(inPlace.length === 0 ? {} : { inPlace }),
    call: (places) =>
      loopsAround({ counts, steps: [...operands.map(({ steps }) => steps), stridesOf(counts)] }, (run) => {
        const tensors = operands.flatMap(({ position }, index) => [
          run.at(index, places.input(position)),
          run.steps[index],
        ]);
        const output = run.at(operands.length, places.output(0));
        return `${definition.name}(${[...args, ...tensors, output, run.count].join(', ')});`;
      }),
  };
}

/** Calls of a `pairLoop` for a broadcast of two tensors, or of those in another order. */
export function pairwise(
  step: Step,
  { counts, stepsA, stepsB }: Broadcast,
  definition: CDefinition,
  args: readonly string[] = [],
  order: 'as they are' | 'swapped' = 'as they are',
): Emission {
  const operands = [stepsA, stepsB].map((steps, position) => ({ position, steps }));
  const inOrder = order === 'swapped' ? operands.toReversed() : operands;
  const emission = stepwise(step, counts, inOrder, definition, args);
  if (!isElementwise(step)) return emission;
  return {
    ...emission,
    elementwise: (places, output, count) => {
      const tensors = inOrder.flatMap(({ position }) => [places[position], 1]);
      return `${definition.name}(${[...args, ...tensors, output, count].join(', ')});`;
    },
  };
}
