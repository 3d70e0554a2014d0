/** Every operator of TensorFlow that becomes operators of TFLM; loops, calls and variables stand in `lower-graph.ts`. */

import type { LowerTensorFlow, TensorFlowOperators } from '../node.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { LISTS } from './lists.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS } from './reductions.ts';
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
  ...ELEMENTWISE,
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
