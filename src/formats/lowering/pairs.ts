/** Operators of two tensors that broadcast, and choices between two. */

import { isKnown, knownNumbers, type Operand } from './graph-writer.ts';
import type { Operation } from './operation.ts';

/** A known single number has an axis of its own where it meets others. */
export function withAxis(operation: Operation, operand: Operand, other: Operand): Operand {
  const isNumber = isKnown(operand) && operand.type.shape.length === 0 && other.type.shape.length > 0;
  return isNumber ? operation.reshape('number', operand, [1]) : operand;
}

/** Both as operators take them. */
export function paired(operation: Operation, a: Operand, b: Operand): readonly [Operand, Operand] {
  return [withAxis(operation, a, b), withAxis(operation, b, a)];
}

/** a / b. Known divisors other than 0 become factors: TFLM divides no quantized tensors. */
export function quotient(operation: Operation, a: Operand, b: Operand): Operand {
  const isFactor =
    !isKnown(a) && isKnown(b) && b.type.dtype === 'float32' && b.data.every((value) => Number(value) !== 0);
  if (!isFactor) return operation.add('div', '', { activation: 'none' }, [a, b]);
  const inverse = Float32Array.from(knownNumbers(b, 'divisor'), (value) => 1 / value);
  const factor = operation.constant('inverse', b.type.shape, inverse);
  return operation.add('mul', '', { activation: 'none' }, [a, factor]);
}

/** Elements of `x` where the condition is true, of `y` where it is not. */
export function selected(operation: Operation, condition: Operand, x: Operand, y: Operand): Operand {
  const operands = [condition, withAxis(operation, x, condition), withAxis(operation, y, condition)];
  return operation.add('select_v2', '', {}, operands, x.type.dtype);
}
