/** Calls of C functions that reduce tensors along axes. */

import { unsupportedError } from '../../core/errors.ts';
import { stridesOf } from '../../kernels/move.ts';
import type { Reduced } from '../../kernels/reduce.ts';
import type { CDefinition } from './c-code.ts';
import type { CStep, Emission } from './emitter.ts';
import { joinLoops, loopsAround, type Walk } from './loops.ts';

function walkOf(shape: readonly number[], axes: readonly number[]): Walk {
  const strides = stridesOf(shape);
  return { counts: axes.map((axis) => shape[axis]), steps: [axes.map((axis) => strides[axis])] };
}

/** Of what one output is made: two loops. */
function reducedLoops({ shape, axes }: Reduced) {
  const { counts, steps } = joinLoops(walkOf(shape, axes));
  if (counts.length > 2) {
    throw unsupportedError(
      'no-standalone-c',
      `reduces ${counts.length} axes of ${shape.length} with others between them, and there is C for two`,
      'Reduce them one after another.',
    );
  }
  const [length, rows] = [counts.at(-1) ?? 1, counts.at(-2) ?? 1];
  const [step, rowStep] = [steps[0].at(-1) ?? 1, steps[0].at(-2) ?? 0];
  return { rows, row_step: rowStep, length, step };
}

/** `NAME(axes, arguments, input, output)`, in loops around the innermost axis that stays. */
export function reduction(
  step: CStep<unknown, unknown>,
  reduced: Reduced,
  definition: CDefinition,
  args: readonly string[] = [],
): Emission {
  const { shape, axes } = reduced;
  const kept = [...shape.keys()].filter((axis) => !axes.includes(axis));
  const walk = walkOf(shape, kept);
  const inner = joinLoops({ counts: walk.counts, steps: [walk.steps[0], stridesOf(walk.counts)] });
  const name = step.constants.addStruct(`${step.label}_axes`, 'struct reduced', {
    outputs: inner.counts.at(-1) ?? 1,
    output_step: inner.steps[0].at(-1) ?? 1,
    ...reducedLoops(reduced),
  });
  return {
    definitions: [definition],
    call: (places) =>
      loopsAround({ counts: walk.counts, steps: [walk.steps[0], stridesOf(walk.counts)] }, (run) => {
        const all = [`&${name}`, ...args, run.at(0, places.input(0)), run.at(1, places.output(0))];
        return `${definition.name}(${all.join(', ')});`;
      }),
  };
}
