/** Reference kernels that multiply by weights: convolutions, FULLY_CONNECTED, BATCH_MATMUL, EMBEDDING_LOOKUP. */

import { elementCount } from '../../../core/tensor.ts';
import type { OutlineTensor } from '../../../ir/outline.ts';
import type { Abi, BlockRule, KernelTable } from '../../build-profile.ts';
import {
  dimensionsBytes,
  INT32_BYTES,
  INT64_BYTES,
  options,
  optionsByAbi,
  outputDimensions,
  perChannel,
  struct,
  unpackedWeights,
} from './blocks.ts';

/** Also where the weights have one scale, and for float32. `axis` is that of the output channels in the weights. */
function multipliers(axis: number): BlockRule {
  return ({ inputs: [, weights] }) => perChannel(weights?.shape[axis]);
}

/** CalculateOpDataFullyConnected. */
const fullyConnectedMultipliers: BlockRule = ({ inputs: [input, weights] }) => {
  if (input === undefined || weights === undefined) return undefined;
  const channels = weights.quantization?.scales.length ?? 0;
  return input.dtype === 'float32' || channels <= 1 ? [] : perChannel(channels);
};

/** Sums of the whole output; an int16 bias of the int16 kernel is widened. */
const transposeConvScratch: BlockRule = ({ inputs: [, , input, bias], outputs: [output] }) => {
  if (input === undefined || output === undefined) return undefined;
  const elements = elementCount(output.shape);
  if (input.dtype === 'int8') return [elements * INT32_BYTES];
  if (input.dtype !== 'int16') return [];
  const sums = elements * INT64_BYTES;
  return bias?.dtype === 'int16' ? [sums, elementCount(bias.shape) * INT64_BYTES] : [sums];
};

const EVAL_TENSOR_BYTES: Readonly<Record<Abi, number>> = { arm: 12, 'x86-64': 24 };
/** OpDataBatchMatmul's QuantizationOpDataBatchMatmul. */
const MATMUL_QUANTIZATION_BYTES = 28;

/** AllocInitTransposeTensorFromTfLiteTensor: a copy of a factor, constant or not, that stays in the tail. */
function transposedCopy({ shape, bytes }: OutlineTensor, abi: Abi): readonly number[] {
  return [EVAL_TENSOR_BYTES[abi], dimensionsBytes(shape.length), bytes];
}

/** The kernel wants the second factor transposed, so it copies the one that is not. */
const matMulBlocks: BlockRule = (view, abi) => {
  const {
    operator: { adjoint = [false, false] },
    inputs: [left, right],
  } = view;
  const outputShape = outputDimensions(view, abi);
  if (left === undefined || right === undefined || outputShape === undefined) return undefined;
  return [
    ...(left.dtype === 'float32' ? [] : [MATMUL_QUANTIZATION_BYTES]),
    ...(adjoint[0] ? transposedCopy(left, abi) : []),
    ...(adjoint[1] ? [] : transposedCopy(right, abi)),
    ...outputShape,
  ];
};

const embeddingBlocks: BlockRule = (view, abi) => {
  const outputShape = outputDimensions(view, abi);
  return outputShape === undefined ? undefined : [...outputShape, abi === 'arm' ? 8 : 16];
};

export const matrixKernels = {
  BATCH_MATMUL: { options: options(3, 1), init: struct(16, 32), prepare: matMulBlocks },
  CONV_2D: {
    options: options(28, 4),
    init: struct(56, 72),
    prepare: multipliers(0),
    scratch: unpackedWeights,
  },
  DEPTHWISE_CONV_2D: {
    options: options(28, 4),
    init: struct(56, 72),
    prepare: multipliers(3),
    scratch: unpackedWeights,
  },
  EMBEDDING_LOOKUP: { prepare: embeddingBlocks },
  FULLY_CONNECTED: {
    options: optionsByAbi({ bytes: 5, align: 1 }, { bytes: 16, align: 4 }),
    init: struct(48, 64),
    prepare: fullyConnectedMultipliers,
    overwrites: 'last-parameters',
    scratch: unpackedWeights,
  },
  TRANSPOSE_CONV: {
    options: optionsByAbi({ bytes: 16, align: 4 }, { bytes: 20, align: 4 }),
    init: struct(72, 80),
    prepare: multipliers(0),
    scratch: transposeConvScratch,
  },
} satisfies KernelTable;
