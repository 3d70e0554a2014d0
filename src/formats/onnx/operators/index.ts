/** Every operator of ONNX that becomes operators of TFLM, and those that are refused by name. */

import type { LowerOnnx, OnnxOperators, RefusedOnnx } from '../node.ts';
import { ACTIVATIONS } from './activations.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { NORMALIZATIONS } from './normalization.ts';
import { POOLS } from './pooling.ts';
import { PRODUCTS } from './products.ts';
import { RECURRENT } from './recurrent.ts';
import { RESIZES } from './resizing.ts';
import { SHAPES } from './shapes.ts';
import { SOFTMAXES } from './softmax.ts';
import { TRANSPOSED_CONVOLUTIONS } from './transposed-convolution.ts';

const OPERATORS: OnnxOperators = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...CONVOLUTIONS,
  ...ELEMENTWISE,
  ...NORMALIZATIONS,
  ...POOLS,
  ...PRODUCTS,
  ...RECURRENT,
  ...RESIZES,
  ...SHAPES,
  ...SOFTMAXES,
  ...TRANSPOSED_CONVOLUTIONS,
};

const REFUSED: Readonly<Record<string, RefusedOnnx>> = {
  Einsum: {
    reason: 'its equation is none of its operators',
    instead: 'Write it as MatMul, Transpose and Mul.',
  },
  Hardmax: {
    reason: 'none of its operators marks the largest value',
    instead: 'Use ArgMax, or Softmax.',
  },
  Loop: {
    reason: 'the number of its steps is known when it runs',
    instead: 'Export the model with the loop unrolled.',
  },
  LRN: {
    reason: 'TensorFlow Lite Micro has no local response normalization',
    instead: 'Train the model with BatchNormalization in its place.',
  },
};

export const ONNX_OPERATORS: readonly string[] = Object.keys(OPERATORS).sort();

export function lowerOnnxOf(operator: string): LowerOnnx | undefined {
  return Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
}

export function refusedOnnxOf(operator: string): RefusedOnnx | undefined {
  return Object.hasOwn(REFUSED, operator) ? REFUSED[operator] : undefined;
}
