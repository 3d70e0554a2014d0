/** Shapes of operators that TensorFlow Lite Micro never compares, and writes past or leaves unwritten. */

import { attempt } from '../../../core/errors.ts';
import { formatShape, type Shape, sameShape } from '../../../core/tensor.ts';
import type { OperatorView } from '../../../ir/outline.ts';
import { broadcastShape } from '../../../ops/conditions.ts';
import type { Limit } from './limit.ts';

/** The first output has the shape that its inputs make; undefined where they make none. */
function makes(
  shapeOf: (inputs: readonly (Shape | undefined)[], view: OperatorView) => Shape | undefined,
): Limit {
  return (view) => {
    const [declared] = view.outputs;
    const made = shapeOf(
      view.inputs.map((input) => input?.shape),
      view,
    );
    if (declared === undefined || (made !== undefined && sameShape(made, declared.shape))) return undefined;
    const inputs = view.inputs.map((input) => (input === undefined ? 'nothing' : formatShape(input.shape)));
    return made === undefined
      ? `Its ${view.operator.name} makes nothing of ${inputs.join(' and ')}.`
      : `Its output is declared ${formatShape(declared.shape)}, but its inputs make it ${formatShape(made)}.`;
  };
}

export const keepsShape = makes(([input]) => input);

export const broadcastsShapes = makes((inputs) => {
  const [first, ...others] = inputs.filter((shape) => shape !== undefined);
  const all = attempt(() => others.reduce((shape, other) => broadcastShape(shape, other), first ?? []));
  return 'refusal' in all ? undefined : all.value;
});

export const rankAsOutput = makes(([input]) => input && [input.length]);

/** A row of the table for each index. */
export const looksUp = makes(([lookup, table]) =>
  lookup === undefined || table === undefined ? undefined : [...lookup, ...table.slice(1)],
);
