/** Operands of a file that stand for attributes: how many there are, and integers in them. */

import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { FileOperator, IntegerConstant } from './codec.ts';

/** TFLM counts the inputs; one more would mean something that is not read here. */
export function requireInputs({ inputs }: FileOperator, count: number): void {
  if (inputs.length !== count) {
    throw unsupportedError('operand-count', `has ${counted(inputs.length, 'input')} instead of ${count}`);
  }
}

export function onlyInteger(operator: FileOperator, position: number): number {
  const values = operator.int32s(position);
  if (values.length !== 1) {
    throw unsupportedError(
      'bad-attributes',
      `has ${counted(values.length, 'number')} in input ${position} instead of one`,
    );
  }
  return values[0];
}

export function scalar(value: number): IntegerConstant {
  return { shape: [], values: [value] };
}

export function vector(values: readonly number[]): IntegerConstant {
  return { shape: [values.length], values };
}
