/**
 * What TFLM's kernels with CMSIS-NN ask of the arena: tflite-micro at commit 90b983c2, micro/kernels/cmsis_nn, with
 * CMSIS-NN 4ab83cc3 on a Cortex-M with the DSP extension and without MVE, optimized for speed, as gcc compiles it.
 * Structures are those of 32-bit Arm with short enums. ADD, MUL, PAD, TRANSPOSE, MAXIMUM and MINIMUM compute with
 * CMSIS-NN but take the memory of the reference kernels, as do all operators without a file there.
 */

import { elementCount } from '../../core/tensor.ts';
import type { OperatorView } from '../../ir/outline.ts';
import type { KernelMemory, KernelTable } from '../build-profile.ts';
import { averagePoolBytes } from './cmsis-nn/buffers.ts';
import { conv2d, depthwiseConv2d, transposeConv } from './cmsis-nn/convolutions.ts';
import { referenceKernels } from './reference.ts';

const INT16_BYTES = 2;
const INT32_BYTES = 4;
const INT64_BYTES = 8;

/** Entries of each of the two tables of int16 SOFTMAX. */
const SOFTMAX_TABLE_ENTRIES = 513;

function perChannelScales({ inputs }: OperatorView): number {
  const scales = inputs[1]?.quantization?.scales.length ?? 0;
  return scales > 1 ? scales : 0;
}

/** fully_connected.cc: a tensor of rank 3 or 4 runs as a 1x1 convolution, which wants its multipliers per channel. */
const fullyConnected: KernelMemory = {
  init: () => [72],
  overwrites: 'last-parameters',
  prepare: (view) => {
    const channels = perChannelScales(view);
    if (channels === 0 || view.inputs[0]?.dtype === 'float32') return [];
    return [channels * INT32_BYTES, channels * INT32_BYTES];
  },
  scratch: (view) => {
    const [input, weights] = view.inputs;
    const depth = weights?.shape.at(-1);
    const outputShape = view.outputs[0]?.shape;
    const channels = outputShape?.at(-1);
    if (depth === undefined || outputShape === undefined || channels === undefined) return undefined;
    if (input?.dtype !== 'int8' || weights?.dtype === 'int4' || perChannelScales(view) > 0) return [];
    return outputShape.length > 2 && depth % 4 === 0 ? [channels * 2 * INT32_BYTES] : [];
  },
};

/** pooling.cc; both kinds of pooling share the structure, only averages need sums. */
const maxPool2d: KernelMemory = { init: () => [36] };

const averagePool2d: KernelMemory = {
  ...maxPool2d,
  scratch: ({ inputs: [input] }) => {
    if (input?.dtype !== 'int8' && input?.dtype !== 'int16') return [];
    const channels = input.shape[3];
    return channels === undefined ? undefined : [averagePoolBytes(channels)];
  },
  fetches: ({ inputs, outputs: [output] }) => {
    const both = [inputs[0], output].filter((tensor) => tensor !== undefined);
    return [...both, ...both];
  },
};

/** softmax.cc. */
const softmax: KernelMemory = {
  init: () => [64],
  overwrites: 'last-parameters',
  prepare: ({ inputs: [input] }) => {
    const table = SOFTMAX_TABLE_ENTRIES * INT16_BYTES;
    return input?.dtype === 'int16' ? [table, table] : [];
  },
};

/** svdf.cc: without MVE the sums of the weights need no memory. */
const svdf: KernelMemory = {
  init: () => [40],
  scratch: ({ inputs: [input, features], outputs: [output] }) => {
    const batches = input?.shape[0];
    const filters = features?.shape[0];
    const units = output?.shape[1];
    if (batches === undefined || filters === undefined || units === undefined) return undefined;
    const filtered = batches * filters * INT32_BYTES;
    return input?.dtype === 'int8' ? [filtered, batches * units * INT32_BYTES] : [filtered];
  },
};

const HIDDEN_STATE = 18;
const CELL_STATE = 19;

/** unidirectional_sequence_lstm.cc: integers keep eight sums of weights and need one buffer less. */
const unidirectionalSequenceLstm: KernelMemory = {
  init: () => [912],
  prepare: ({ inputs }) => {
    const [dtype, units] = [inputs[0]?.dtype, inputs[HIDDEN_STATE]?.shape[1]];
    if (units === undefined) return undefined;
    if (dtype === 'float32') return [];
    const biasBytes = dtype === 'int16' ? INT64_BYTES : INT32_BYTES;
    return new Array<number>(8).fill(units * biasBytes);
  },
  scratch: ({ inputs }) => {
    const [hidden, cell] = [inputs[HIDDEN_STATE], inputs[CELL_STATE]];
    if (hidden === undefined || cell === undefined) return undefined;
    const float = cell.dtype === 'float32';
    const bytes = elementCount(hidden.shape) * (float ? 4 : INT16_BYTES);
    return new Array<number>(float ? 4 : 3).fill(bytes);
  },
};

/** The parser of the options is the same for every kernel. */
function withOptions(name: string, memory: KernelMemory): KernelMemory {
  const options = referenceKernels[name]?.options;
  return options === undefined ? memory : { options, ...memory };
}

/** For 32-bit Arm only. */
export const cmsisNnKernels: KernelTable = {
  ...referenceKernels,
  AVERAGE_POOL_2D: withOptions('AVERAGE_POOL_2D', averagePool2d),
  BATCH_MATMUL: { ...referenceKernels.BATCH_MATMUL, init: () => [36] },
  CONV_2D: withOptions('CONV_2D', conv2d),
  DEPTHWISE_CONV_2D: withOptions('DEPTHWISE_CONV_2D', depthwiseConv2d),
  FULLY_CONNECTED: withOptions('FULLY_CONNECTED', fullyConnected),
  MAX_POOL_2D: withOptions('MAX_POOL_2D', maxPool2d),
  SOFTMAX: withOptions('SOFTMAX', softmax),
  SVDF: withOptions('SVDF', svdf),
  TRANSPOSE_CONV: withOptions('TRANSPOSE_CONV', transposeConv),
  UNIDIRECTIONAL_SEQUENCE_LSTM: withOptions('UNIDIRECTIONAL_SEQUENCE_LSTM', unidirectionalSequenceLstm),
};
