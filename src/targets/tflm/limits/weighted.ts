import { attempt } from '../../../core/errors.ts';
import { elementCount } from '../../../core/tensor.ts';
import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import { broadcastShape } from '../../../ops/conditions.ts';
import { failsAsConvolution, hasUnfitRank } from '../../../passes/replace/dense-as-rows.ts';
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
import { hugeBias, offsetDenseWeights, offsetInt16, offsetWeights, scalesAlong } from './scales.ts';
import { each, types } from './signature.ts';

function hasNoBias({ inputs: [, , bias] }: OperatorView): boolean {
  return bias === undefined;
}

/** A TRANSPOSE_CONV, whose shape comes first, of int16 with a bias of that type. */
function transposesInt16(bias: string | undefined): (view: OperatorView) => boolean {
  return ({ inputs: [, , input, given] }) => input?.dtype === 'int16' && given?.dtype === bias;
}

/** TFLM takes the length of an absent bias for 1 and asserts that it is the number of channels. */
export function lacksDepthwiseBias(view: OperatorView): boolean {
  return hasNoBias(view) && view.inputs[1]?.shape.at(-1) !== 1;
}

/** The accumulator's scale may differ from the bias' by this many steps of the output (`GetQuantizedConvolutionMultipler`). */
const MOST_BIAS_DIFFERENCE = 0.02;

function scaleOf(tensor: OutlineTensor | undefined): number {
  return tensor?.quantization?.scales[0] ?? 0;
}

/** In doubles, as TFLM does it; what is not a number is not within any bound. */
function biasScaleDiffers(view: OperatorView): boolean {
  const { inputs, outputs } = view;
  const [input, weights, bias, output] = [...inputs.slice(0, 3), outputs[0]];
  if (bias === undefined || weights?.dtype === 'float32' || isPerChannel(view)) return false;
  const difference = Math.abs(scaleOf(input) * scaleOf(weights) - scaleOf(bias));
  return !(difference / scaleOf(output) <= MOST_BIAS_DIFFERENCE);
}

/** SvdfPrepare compares the bias' scale with that of its second stage. */
const SVDF_BIAS_DIFFERENCE = 1e-5;

function svdfBiasDiffers({ inputs: [input, , time, bias, state] }: OperatorView): boolean {
  if (input?.dtype !== 'int8') return false;
  const product = Math.fround(scaleOf(state) * scaleOf(time));
  return !(Math.abs(scaleOf(bias) - product) < SVDF_BIAS_DIFFERENCE);
}

const svdfShapes: Limit = ({ inputs: [input, feature, time, bias, state], outputs: [output] }) => {
  const [batch, width] = input?.shape ?? [];
  const [filters, memory] = time?.shape ?? [];
  const units = output?.shape[1] ?? 0;
  const fits =
    units > 0 &&
    filters % units === 0 &&
    [
      [input?.shape, [batch, width]],
      [feature?.shape, [filters, width]],
      [time?.shape, [filters, memory]],
      [state?.shape, [batch, memory * filters]],
      [output?.shape, [batch, units]],
      [bias?.shape ?? [units], [units]],
    ].every(([has, wants]) => has?.join() === wants?.join());
  return fits ? undefined : 'The shapes of its SVDF contradict each other.';
};

/** ValidateTensorSize of lstm_eval_common.cc; states may have any shape of so many elements. */
const lstmShapes: Limit = ({ inputs, outputs: [output] }) => {
  const [first, second, width] = inputs[0]?.shape ?? [];
  const units = output?.shape[2] ?? 0;
  const is = (tensor: OutlineTensor | undefined, ...shape: number[]): boolean =>
    tensor === undefined || tensor.shape.join() === shape.join();
  const fits =
    is(inputs[0], first, second, width) &&
    is(output, first, second, units) &&
    inputs.slice(1, 5).every((matrix) => is(matrix, units, width)) &&
    inputs.slice(5, 9).every((matrix) => is(matrix, units, units)) &&
    inputs.slice(12, 16).every((bias) => is(bias, units)) &&
    inputs
      .slice(18, 20)
      .every((state) => [first, second].some((batch) => elementCount(state?.shape ?? []) === batch * units));
  return fits ? undefined : 'The shapes of its UNIDIRECTIONAL_SEQUENCE_LSTM contradict each other.';
};

function keepsNoState(positions: readonly number[]): (view: OperatorView) => boolean {
  return ({ inputs }) => positions.some((position) => inputs[position]?.storage !== 'variable');
}

/** The product of matrices as BatchMatMulPrepare checks it. */
const matrixShapes: Limit = ({
  operator: { adjoint = [false, false] },
  inputs: [a, b],
  outputs: [output],
}) => {
  const [left, right] = [a?.shape ?? [], b?.shape ?? []];
  if ([left, right].some(({ length }) => length < 2 || length > 5)) {
    return 'It multiplies matrices of 2 to 5 dimensions.';
  }
  const [rows, depth] = adjoint[0] ? [left.at(-1), left.at(-2)] : [left.at(-2), left.at(-1)];
  const [depthRight, columns] = adjoint[1] ? [right.at(-1), right.at(-2)] : [right.at(-2), right.at(-1)];
  const batches = attempt(() => broadcastShape(left.slice(0, -2), right.slice(0, -2)));
  const made = 'refusal' in batches ? undefined : [...batches.value, rows, columns];
  return depth === depthRight && made?.join() === output?.shape.join()
    ? undefined
    : 'The shapes of its BATCH_MATMUL contradict each other.';
};

const PER_CHANNEL_INT4 = says(
  (view) => isPerChannel(view) && view.inputs[1]?.dtype === 'int4',
  'Its FULLY_CONNECTED takes int4 weights with one scale for all only.',
);

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
    instead: 'FULLY_CONNECTED, in int8 and in float32',
    wrongTypes: [
      says(({ inputs: [a, b] }) => a?.dtype !== b?.dtype, 'It multiplies matrices of one type only.'),
    ],
    tflm: [offsetInt16, matrixShapes],
    cmsisNn: [withinFourAxes(({ inputs }) => inputs)],
  },
  CONV_2D: {
    types: WIDE_BIAS_TYPES,
    wrongTypes: [HYBRID],
    tflm: [offsetWeights(1), scalesAlong(1, 0), hugeBias],
    cmsisNn: [CONVOLUTION_CMSIS],
    // It then adds up in 32 bits, and rounds twice.
    cmsisNnDiffers: both(is('int16'), hasNoBias),
    arduino: [says(hasNoBias, 'It refuses CONV_2D without a bias.')],
  },
  DEPTHWISE_CONV_2D: {
    types: types(
      'float32 float32 float32? -> float32',
      'int8 int8|int4 int32? -> int8',
      'int16 int8 int64? -> int16',
    ),
    wrongTypes: [
      HYBRID,
      says(
        both(is('int16'), biasIs('int32')),
        'Its DEPTHWISE_CONV_2D of int16 reads the bias as int64, and here it is int32.',
      ),
    ],
    tflm: [
      offsetWeights(1),
      scalesAlong(1, 3),
      hugeBias,
      says(lacksDepthwiseBias, 'It stops with an assertion at a DEPTHWISE_CONV_2D without a bias.'),
    ],
    cmsisNn: [CONVOLUTION_CMSIS],
    arduino: [
      says(hasNoBias, 'It refuses DEPTHWISE_CONV_2D without a bias.'),
      says(both(hasBatch, is('int8')), 'Its DEPTHWISE_CONV_2D of int8 stops at a batch of more than one.'),
    ],
  },
  FULLY_CONNECTED: {
    // Without a scale of the input it multiplies by 0, as recorded.
    withoutScales: true,
    types: WIDE_BIAS_TYPES,
    wrongTypes: [HYBRID],
    tflm: [
      offsetDenseWeights,
      hugeBias,
      PER_CHANNEL_INT4,
      says(
        both(is('int8', 'int16'), biasScaleDiffers),
        'Its FULLY_CONNECTED of integers wants a bias whose scale is the product of the scales of input and weights.',
      ),
    ],
    cmsisNn: [
      symmetricInt16(({ inputs: [input], outputs: [output] }) => [input, output]),
      fullyConnectedCmsis,
    ],
    // It reads the bias as int64.
    cmsisNnDiffers: both(is('int16'), biasIs('int32')),
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
      'int8 int8 int8 int32 int8 -> int8',
      'int8 int8 int16 int32 int16 -> int8',
    ),
    wrongTypes: [HYBRID],
    tflm: [
      svdfShapes,
      says(keepsNoState([4]), 'Its SVDF wants a state that is a variable.'),
      says(
        svdfBiasDiffers,
        'Its SVDF of int8 wants a bias whose scale is the product of the scales of the state and the weights of time.',
      ),
    ],
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
    unread: [0],
    wrongTypes: [
      HYBRID,
      // Prepare accepts it, and Invoke succeeds.
      says(
        transposesInt16('int32'),
        'Its TRANSPOSE_CONV of int16 reads the bias as int64, and here it is int32: what it computes means nothing.',
      ),
    ],
    tflm: [offsetWeights(1), scalesAlong(1, 0), hugeBias],
    cmsisNn: [
      says(
        transposesInt16(undefined),
        'The CMSIS-NN kernel of TRANSPOSE_CONV of int16 looks at the type of a bias that is not there.',
      ),
    ],
    cmsisNnDiffers: ({ operator }) => operator.clampsOutput === true,
    arduino: [
      // TFLM looks since May 2024 whether there is one; both snapshots are older.
      says(
        transposesInt16(undefined),
        'Its TRANSPOSE_CONV of int16 looks at the type of a bias that is not there.',
      ),
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
    wrongTypes: [HYBRID],
    tflm: [lstmShapes, hugeBias, says(keepsNoState([18, 19]), 'Its LSTM wants states that are variables.')],
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
