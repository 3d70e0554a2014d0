/** Reference kernels that make one number of many: pooling, sums and extremes, SOFTMAX, norms. */

import { elementCount } from '../../../core/tensor.ts';
import type { BlockRule, KernelTable } from '../../build-profile.ts';
import { ENUM_OPTIONS, INT32_BYTES, options, outputDimensions, struct } from './blocks.ts';

/** An index for each dimension, and the axes as positive numbers. */
const indexScratch: BlockRule = ({ inputs: [input, axes] }) => {
  if (input === undefined || axes === undefined) return undefined;
  return [INT32_BYTES * input.shape.length, INT32_BYTES * elementCount(axes.shape)];
};

/** PrepareMeanOrSumHelper: integers are summed up in int32 first. */
const sumScratch: BlockRule = (view, abi) => {
  const { inputs, outputs } = view;
  const [indices, output] = [indexScratch(view, abi), outputs[0]];
  if (indices === undefined || output === undefined) return undefined;
  const quantized = inputs[0]?.dtype === 'int8' || inputs[0]?.dtype === 'int16';
  return quantized ? [INT32_BYTES * elementCount(output.shape), ...indices] : indices;
};

/** LUTSize<int16_t>(): entries of the tables of exp(x) and 1 / (1 + x). */
const INT16_TABLE_ENTRIES = 513;

const softmaxTables: BlockRule = ({ inputs: [input] }) => {
  const bytes = INT16_TABLE_ENTRIES * 2;
  return input?.dtype === 'int16' ? [bytes, bytes] : [];
};

const int8LogSoftmax: BlockRule = ({ inputs: [input] }, abi) =>
  input?.dtype === 'int8' ? [abi === 'arm' ? 28 : 40] : [];

/** OpDataCumSum. */
const int8CumSum: BlockRule = ({ outputs: [output] }) => (output?.dtype === 'int8' ? [36] : []);

const POOL = { options: options(40, 4), init: struct(32) };
const REDUCE = { options: options(1, 1), init: struct(44) };

export const reductionKernels = {
  ARG_MAX: { options: ENUM_OPTIONS },
  ARG_MIN: { options: ENUM_OPTIONS },
  AVERAGE_POOL_2D: POOL,
  CUMSUM: { options: options(2, 1), prepare: int8CumSum, overwrites: 'last-parameters' },
  L2_NORMALIZATION: { options: ENUM_OPTIONS, init: struct(4) },
  L2_POOL_2D: { options: options(40, 4), prepare: outputDimensions },
  LOG_SOFTMAX: { prepare: int8LogSoftmax, overwrites: 'last-parameters' },
  MAX_POOL_2D: POOL,
  MEAN: { ...REDUCE, scratch: sumScratch },
  REDUCE_ALL: { ...REDUCE, scratch: indexScratch },
  REDUCE_MAX: { ...REDUCE, scratch: indexScratch },
  REDUCE_MIN: { ...REDUCE, scratch: indexScratch },
  SOFTMAX: {
    options: options(4, 4),
    init: struct(56, 80),
    prepare: softmaxTables,
    overwrites: 'last-parameters',
  },
  SUM: { ...REDUCE, scratch: sumScratch },
} satisfies KernelTable;
