/** Every operator of TensorFlow that becomes operators of TFLM; loops, calls and variables stand in `scope.ts`. */

import { type RefusedOperator, unsupportedOperator } from '../../lowering/refused-operator.ts';
import type { LowerTensorFlow, TensorFlowOperators } from '../node.ts';
import { ARRAYS } from './arrays.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { FAKE_QUANTIZATIONS } from './fake-quantization.ts';
import { LISTS } from './lists.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS } from './reductions.ts';
import { REFUSED } from './refused.ts';
import { SHAPES } from './shapes.ts';
import { WINDOWS } from './windows.ts';

/** What gives its inputs back. */
const passed: LowerTensorFlow = (node) => node.values;

const PASSED: TensorFlowOperators = {
  CheckNumerics: passed,
  EnsureShape: passed,
  Identity: passed,
  IdentityN: passed,
  LoopCond: passed,
  PlaceholderWithDefault: passed,
  PreventGradient: passed,
  ReadVariableOp: passed,
  Snapshot: passed,
  StopGradient: passed,
};

const OPERATORS: TensorFlowOperators = {
  ...ARRAYS,
  ...ELEMENTWISE,
  ...FAKE_QUANTIZATIONS,
  ...LISTS,
  ...PASSED,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SHAPES,
  ...WINDOWS,
  Const: (node) => node.tensor('value'),
};

export const TENSORFLOW_OPERATORS: readonly string[] = Object.keys(OPERATORS).sort();

export function lowerTensorFlowOf(operator: string): LowerTensorFlow | undefined {
  return Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
}

/** Operators that are refused by name, for people to read. */
export const REFUSED_TENSORFLOW_OPERATORS: readonly (RefusedOperator & { readonly operator: string })[] =
  Object.entries(REFUSED).map(([operator, why]) => ({ operator, ...why }));

/** The error of an operator that is none of these. */
export function unknownOperator(operator: string): Error {
  const row = Object.hasOwn(REFUSED, operator) ? REFUSED[operator] : undefined;
  return unsupportedOperator(operator, row, TENSORFLOW_OPERATORS);
}
