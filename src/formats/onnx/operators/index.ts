/** Every operator of ONNX that becomes operators of TFLM, and those that are refused by name. */

import type { LowerOnnx, OnnxOperators, RefusedOnnx } from '../node.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { PRODUCTS } from './products.ts';
import { SHAPES } from './shapes.ts';

const OPERATORS: OnnxOperators = { ...CONVOLUTIONS, ...ELEMENTWISE, ...PRODUCTS, ...SHAPES };

const REFUSED: Readonly<Record<string, RefusedOnnx>> = {
  Loop: {
    reason: 'the number of its steps is known when it runs',
    instead: 'Export the model with the loop unrolled.',
  },
};

export const ONNX_OPERATORS: readonly string[] = Object.keys(OPERATORS).sort();

export function lowerOnnxOf(operator: string): LowerOnnx | undefined {
  return Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
}

export function refusedOnnxOf(operator: string): RefusedOnnx | undefined {
  return Object.hasOwn(REFUSED, operator) ? REFUSED[operator] : undefined;
}
