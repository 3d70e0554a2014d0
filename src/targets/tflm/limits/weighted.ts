import type { OperatorView } from '../../../ir/outline.ts';
import { failsAsConvolution, hasUnfitRank } from '../../../passes/dense-as-rows.ts';
import { HYBRID } from './hybrid.ts';
import {
  biasIs,
  both,
  hasBatch,
  is,
  isPerChannel,
  type Limit,
  type LimitTable,
  says,
  symmetricInt16,
  withinFourAxes,
} from './limit.ts';
import { each, types } from './signature.ts';

function hasNoBias({ inputs: [, , bias] }: OperatorView): boolean {
  return bias === undefined;
}

/** TFLM takes the length of an absent bias for 1 and asserts that it is the number of channels. */
export function lacksDepthwiseBias(view: OperatorView): boolean {
  return hasNoBias(view) && view.inputs[1]?.shape.at(-1) !== 1;
}

/** The accumulator's scale may differ from the bias' by this many steps of the output (`GetQuantizedConvolutionMultipler`). */
const MOST_BIAS_DIFFERENCE = 0.02;

function biasScaleDiffers(view: OperatorView): boolean {
  const { inputs, outputs } = view;
  const [input, weights, bias, output] = [...inputs.slice(0, 3), outputs[0]];
  if (bias === undefined || weights?.dtype === 'float32' || isPerChannel(view)) return false;
  const scaleOf = (tensor: typeof input): number => tensor?.quantization?.scales[0] ?? 0;
  const product = Math.fround(scaleOf(input) * scaleOf(weights));
  return Math.abs(product - scaleOf(bias)) / scaleOf(output) > MOST_BIAS_DIFFERENCE;
}

const CONVOLUTION_CMSIS = symmetricInt16(({ inputs: [input], outputs: [output] }) => [input, output]);

const fullyConnectedCmsis: Limit = (view) => {
  const [input, weights] = view.inputs;
  const [output] = view.outputs;
  if (input === undefined || weights === undefined || output === undefined) return undefined;
  if (input.dtype === 'int16' && isPerChannel(view)) {
    return 'The CMSIS-NN kernel of FULLY_CONNECTED takes weights with one scale per channel from int8 inputs only.';
  }
  const rank = output.shape.length;
  const int8 = input.dtype === 'int8' && weights.dtype === 'int8';
  const form = { rank, depth: weights.shape.at(-1) ?? 0, oneScale: int8 && !isPerChannel(view) };
  if (hasUnfitRank(form)) {
    return `The CMSIS-NN kernel of FULLY_CONNECTED asserts an output of 2 to 4 dimensions, and this one has ${rank}.`;
  }
  if (failsAsConvolution(form)) {
    return `The CMSIS-NN kernel of FULLY_CONNECTED with one scale and an output of ${rank} dimensions fails an assertion, unless four scratch buffers come before its own or the build defines NDEBUG.`;
  }
  return undefined;
};

function hasComputedLstmWeights({ inputs }: OperatorView): boolean {
  const weights = [...inputs.slice(1, 9), ...inputs.slice(12, 16)];
  return !weights.every((tensor) => tensor === undefined || tensor.storage === 'constant');
}

/** int16 takes a bias of int32 or int64, which choose the width of the sum. */
const WIDE_BIAS_TYPES = types(
  'float32 float32 float32? -> float32',
  'int8 int8|int4 int32? -> int8',
  'int16 int8 int32|int64? -> int16',
);

/** 24 operands: input, 8 matrices, no peepholes, 4 biases, no projection, 2 states, no normalization. */
function lstm(activations: string, weights: string, bias: string, cell: string): string {
  const matrices = Array(8).fill(weights);
  const biases = Array(4).fill(bias);
  return [
    [activations, ...matrices, '- - -', ...biases, '- -', activations, cell, '- - - -'].join(' '),
    activations,
  ].join(' -> ');
}

/** Operators that multiply by weights. */
export const WEIGHTED_LIMITS = {
  BATCH_MATMUL: {
    types: each('float32 int8 int16', 'T T -> T'),
    tflm: [says(({ inputs: [a, b] }) => a?.dtype !== b?.dtype, 'It multiplies matrices of one type only.')],
    cmsisNn: [withinFourAxes(({ inputs }) => inputs)],
  },
  CONV_2D: {
    types: WIDE_BIAS_TYPES,
    tflm: [HYBRID],
    cmsisNn: [CONVOLUTION_CMSIS],
    arduino: [says(hasNoBias, 'It refuses CONV_2D without a bias.')],
  },
  DEPTHWISE_CONV_2D: {
    types: types(
      'float32 float32 float32? -> float32',
      'int8 int8|int4 int32? -> int8',
      'int16 int8 int64? -> int16',
    ),
    tflm: [
      HYBRID,
      says(
        both(is('int16'), biasIs('int32')),
        'Its DEPTHWISE_CONV_2D of int16 reads the bias as int64, and here it is int32.',
      ),
      says(lacksDepthwiseBias, 'It stops with an assertion at a DEPTHWISE_CONV_2D without a bias.'),
    ],
    cmsisNn: [CONVOLUTION_CMSIS],
    arduino: [
      says(hasNoBias, 'It refuses DEPTHWISE_CONV_2D without a bias.'),
      says(both(hasBatch, is('int8')), 'Its DEPTHWISE_CONV_2D of int8 stops at a batch of more than one.'),
    ],
  },
  FULLY_CONNECTED: {
    types: WIDE_BIAS_TYPES,
    tflm: [
      HYBRID,
      says(
        both(is('int8'), biasScaleDiffers),
        'Its FULLY_CONNECTED of int8 wants a bias whose scale is the product of the scales of input and weights.',
      ),
    ],
    cmsisNn: [
      symmetricInt16(({ inputs: [input], outputs: [output] }) => [input, output]),
      fullyConnectedCmsis,
    ],
    arduino: [
      says(
        ({ inputs: [input], outputs: [output] }) =>
          input?.dtype === 'int8' && (output.shape.length < 2 || output.shape.length > 4),
        'Its FULLY_CONNECTED of int8 stops at an output of fewer than 2 or more than 4 dimensions.',
      ),
      says(
        (view) => isPerChannel(view) && !is('float32')(view),
        'It computes FULLY_CONNECTED with the first of the scales only where the weights have one for each channel.',
      ),
      says(
        both(is('int16'), biasIs('int32')),
        'Its FULLY_CONNECTED of int16 reads the bias as int64, and here it is int32.',
      ),
    ],
  },
  SVDF: {
    types: types(
      'float32 float32 float32 float32? float32 -> float32',
      'int8 int8 int8 int32? int8 -> int8',
      'int8 int8 int16 int32? int16 -> int8',
    ),
    tflm: [HYBRID],
    cmsisNnDiffers: ({ inputs }) => inputs[4]?.dtype === 'int8',
    arduino: [
      says(
        ({ inputs }) => inputs[2]?.dtype === 'int8',
        'Its SVDF lets a state of int8 wrap around where it should saturate; one of int16 does not.',
      ),
    ],
    chirale: [says(is('int8'), 'It computes multipliers in double precision: results may differ by one.')],
  },
  TRANSPOSE_CONV: {
    types: types(
      'int32 float32 float32 float32? -> float32',
      'int32 int8 int8 int32? -> int8',
      'int32 int8 int16 int16|int64? -> int16',
    ),
    tflm: [HYBRID],
    cmsisNnDiffers: ({ operator }) => operator.clampsOutput === true,
    arduino: [
      says(
        ({ operator }) => operator.clampsOutput === true,
        'Its TRANSPOSE_CONV passes over the fused activation.',
      ),
    ],
  },
  UNIDIRECTIONAL_SEQUENCE_LSTM: {
    types: types(
      lstm('float32', 'float32', 'float32', 'float32'),
      lstm('int8', 'int8', 'int32', 'int16'),
      lstm('int16', 'int8', 'int64', 'int16'),
    ),
    tflm: [HYBRID],
    cmsisNn: [
      says(
        hasComputedLstmWeights,
        'The CMSIS-NN kernel of UNIDIRECTIONAL_SEQUENCE_LSTM wants constant weights and biases.',
      ),
    ],
    cmsisNnDiffers: ({ inputs: [input] }) => input?.dtype !== 'float32',
    arduino: [says(is('int16'), 'It computes LSTMs of int16 otherwise, or refuses them.')],
    chirale: [
      says(
        (view) => is('int8')(view) && view.operator.intermediates.length !== 5,
        'It refuses an LSTM of int8 without five intermediate tensors.',
      ),
    ],
  },
} as const satisfies LimitTable;
