/** Every operator of ONNX that becomes operators of TFLM, and those that are refused by name. */

import type { RefusedOperator } from '../../lowering/refused-operator.ts';
import type { LowerOnnx, OnnxOperators } from '../node.ts';
import { isDefaultDomain } from '../operator-sets.ts';
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
import { MICROSOFT, QUANTIZATIONS } from './quantization.ts';
import { RECURRENT } from './recurrent.ts';
import { REDUCING } from './reductions.ts';
import { RESIZES } from './resizing.ts';
import { SELECTIONS } from './selection.ts';
import { SHAPES } from './shapes.ts';
import { SOFTMAXES } from './softmax.ts';
import { TRANSPOSED_CONVOLUTIONS } from './transposed-convolution.ts';

/** Of onnxruntime. */
const MICROSOFT_DOMAIN = 'com.microsoft';

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
  ...QUANTIZATIONS,
  ...RECURRENT,
  ...REDUCING,
  ...RESIZES,
  ...SELECTIONS,
  ...SHAPES,
  ...SOFTMAXES,
  ...TRANSPOSED_CONVOLUTIONS,
};

/** By domains that are not ONNX's own. */
const FOREIGN: Readonly<Record<string, OnnxOperators>> = { [MICROSOFT_DOMAIN]: MICROSOFT };

const SCALES_ARE_COMPUTED: RefusedOperator = {
  reason: 'its scales are computed from the values, and TensorFlow Lite Micro has them in the file',
  instead: "Quantize the model with onnxruntime's quantize_static, or convert the float model with --int8.",
};

const REFUSED: Readonly<Record<string, RefusedOperator>> = {
  ConvInteger: SCALES_ARE_COMPUTED,
  DynamicQuantizeLinear: SCALES_ARE_COMPUTED,
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
  MatMulInteger: SCALES_ARE_COMPUTED,
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

const REFUSED_FOREIGN: Readonly<Record<string, RefusedOperator>> = {
  DynamicQuantizeLSTM: SCALES_ARE_COMPUTED,
  DynamicQuantizeMatMul: SCALES_ARE_COMPUTED,
  MatMulIntegerToFloat: SCALES_ARE_COMPUTED,
};

/** Those of ONNX, and those of other domains with the domain in front. */
export const ONNX_OPERATORS: readonly string[] = [
  ...Object.keys(OPERATORS).sort(),
  ...Object.entries(FOREIGN).flatMap(([domain, operators]) =>
    Object.keys(operators).map((operator) => `${domain}.${operator}`),
  ),
];

/** Operators that are refused by name, for people to read. */
export const REFUSED_ONNX_OPERATORS: readonly (RefusedOperator & { readonly operator: string })[] = [
  ...Object.entries(REFUSED),
  ...Object.entries(REFUSED_FOREIGN).map(
    ([operator, why]) => [`${MICROSOFT_DOMAIN}.${operator}`, why] as const,
  ),
].map(([operator, why]) => ({ operator, ...why }));

function rowOf<Row>(rows: Readonly<Record<string, Row>> | undefined, name: string): Row | undefined {
  return rows !== undefined && Object.hasOwn(rows, name) ? rows[name] : undefined;
}

export function lowerOnnxOf(operator: string, domain: string): LowerOnnx | undefined {
  return rowOf(isDefaultDomain(domain) ? OPERATORS : rowOf(FOREIGN, domain), operator);
}

export function refusedOnnxOf(operator: string, domain: string): RefusedOperator | undefined {
  if (isDefaultDomain(domain)) return rowOf(REFUSED, operator);
  return domain === MICROSOFT_DOMAIN ? rowOf(REFUSED_FOREIGN, operator) : undefined;
}
