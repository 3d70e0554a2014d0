/** Shapes that people give for the inputs of a file. */

import { usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';

/** Refuses shapes of inputs that the file does not have (usage). */
export function requireInputs(shapes: ReadonlyMap<string, Shape>, names: readonly string[]): void {
  const inputs = [...new Set(names)];
  const unknown = [...shapes.keys()].find((name) => !inputs.includes(name));
  if (unknown === undefined) return;
  throw usageError(
    'no-such-input',
    `A shape is given for "${unknown}", which is no input of it`,
    inputs.length === 1 ? `Its input is ${inputs[0]}.` : `Its inputs are ${inputs.join(', ')}.`,
  );
}

/** Refuses a shape with another number of axes than the file has for the input, free sizes among them (usage). */
export function requireRank(
  input: string,
  given: Shape,
  sizes: readonly (number | undefined)[] | undefined,
): void {
  if (sizes === undefined || sizes.length === given.length) return;
  const text = sizes.map((size) => size ?? 'N').join('x');
  throw usageError(
    'input-rank',
    `input "${input}" has ${counted(sizes.length, 'dimension')}, and ${formatShape(given)} is given for it`,
    `Give it as "--shape ${input}=${text.slice(0, 200)}"${sizes.includes(undefined) ? ', with a size for each N' : ''}.`,
  );
}
