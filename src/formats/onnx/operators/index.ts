/** Every operator of ONNX that becomes operators of TFLM, and those that are refused by name. */

import type { LowerOnnx, OnnxOperators, RefusedOnnx } from '../node.ts';
import { ACTIVATIONS } from './activations.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { CASTS } from './casts.ts';
import { CONSTANTS } from './constants.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { MOVEMENTS } from './movement.ts';
import { NORMALIZATIONS } from './normalization.ts';
import { PADDINGS } from './padding.ts';
import { POOLS } from './pooling.ts';
import { PRODUCTS } from './products.ts';
import { RECURRENT } from './recurrent.ts';
import { REDUCING } from './reductions.ts';
import { RESIZES } from './resizing.ts';
import { SELECTIONS } from './selection.ts';
import { SHAPES } from './shapes.ts';
import { SOFTMAXES } from './softmax.ts';
import { TRANSPOSED_CONVOLUTIONS } from './transposed-convolution.ts';

const OPERATORS: OnnxOperators = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...CASTS,
  ...CONSTANTS,
  ...CONVOLUTIONS,
  ...ELEMENTWISE,
  ...MOVEMENTS,
  ...NORMALIZATIONS,
  ...PADDINGS,
  ...POOLS,
  ...PRODUCTS,
  ...RECURRENT,
  ...REDUCING,
  ...RESIZES,
  ...SELECTIONS,
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
  NonZero: {
    reason: 'how many places it finds depends on the values',
    instead: 'Use comparisons and Where, which keep the shape.',
  },
  Scan: {
    reason: 'the number of its steps is known when it runs',
    instead: 'Export the model with the loop unrolled.',
  },
  ScatterElements: {
    reason: 'TensorFlow Lite Micro writes to no places that indices name',
    instead: 'Use Where with a constant mask, or Concat of the parts.',
  },
  ScatterND: {
    reason: 'TensorFlow Lite Micro writes to no places that indices name',
    instead: 'Use Where with a constant mask, or Concat of the parts.',
  },
  TopK: {
    reason: 'TensorFlow Lite Micro sorts nothing',
    instead: 'Take the largest with ArgMax or ReduceMax, or sort on the host.',
  },
  Unique: {
    reason: 'how many values it finds depends on them',
    instead: 'Do this on the host.',
  },
};

export const ONNX_OPERATORS: readonly string[] = Object.keys(OPERATORS).sort();

/** Operators that are refused by name, for people to read. */
export const REFUSED_ONNX_OPERATORS: readonly (RefusedOnnx & { readonly operator: string })[] =
  Object.entries(REFUSED).map(([operator, why]) => ({ operator, ...why }));

export function lowerOnnxOf(operator: string): LowerOnnx | undefined {
  return Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
}

export function refusedOnnxOf(operator: string): RefusedOnnx | undefined {
  return Object.hasOwn(REFUSED, operator) ? REFUSED[operator] : undefined;
}
