/** What holds of an operator in any type: its operands, attributes and shapes belong together. */

import { unsupportedError } from '../core/errors.ts';
import { counted } from '../core/figure-text.ts';
import { formatShape, type Shape, sameShape } from '../core/tensor.ts';
import { type OpKind, opOf } from '../ops/index.ts';

/** Throws where an operator of that kind takes other operands; `undefined` stands for an absent one. */
export function checkArity(kind: OpKind, inputs: readonly unknown[]): void {
  const { operands } = opOf(kind);
  const present = inputs.filter((input) => input !== undefined).length;
  const fits = operands[0].endsWith('...')
    ? present > 0 && present === inputs.length
    : inputs.length <= operands.length &&
      operands.every((name, index) => name.endsWith('?') || inputs[index] !== undefined);
  if (!fits) {
    throw unsupportedError(
      'operand-count',
      `has ${counted(present, 'input')} instead of ${operands.join(', ')}`,
    );
  }
}

/** Files declare a scalar as [1] too, which is as many elements in the same place. */
export function fitsShape(inferred: Shape, declared: Shape): boolean {
  return sameShape(inferred, declared) || (inferred.length === 0 && sameShape(declared, [1]));
}

/** Throws an `unsupported` error for a form that no kernel of the operator computes. */
export function checkForm(
  kind: OpKind,
  attributes: unknown,
  inputs: readonly (Shape | undefined)[],
  outputs: readonly Shape[],
): void {
  const op = opOf(kind);
  checkArity(kind, inputs);
  const parsed = op.attributes.safeParse(attributes);
  if (!parsed.success) {
    throw unsupportedError(
      'bad-attributes',
      `has attributes that make no sense: ${parsed.error.issues[0].message}`,
    );
  }
  const shapes = op.infer(attributes, inputs);
  if (shapes.length !== outputs.length) {
    throw unsupportedError(
      'operand-count',
      `has ${counted(outputs.length, 'output')} instead of ${shapes.length}`,
    );
  }
  for (const [index, shape] of shapes.entries()) {
    if (!fitsShape(shape, outputs[index])) {
      throw unsupportedError(
        'shape-mismatch',
        `output is declared ${formatShape(outputs[index])}, but its inputs make it ${formatShape(shape)}`,
      );
    }
  }
}
