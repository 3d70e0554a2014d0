/**
 * Which tensors Prepare of the reference kernels fetches, where it is not every input and output once. The memory of
 * a fetched tensor stays taken until Prepare ends, also after the kernel has given it back.
 */

import type { OperatorView, OutlineTensor } from '../../../ir/outline.ts';
import type { KernelMemory } from '../../build-profile.ts';

type Operand = OutlineTensor | undefined;
type Fetches = NonNullable<KernelMemory['fetches']>;

function of(choose: (inputs: readonly Operand[], output: Operand) => readonly Operand[]): Fetches {
  return ({ inputs, outputs: [output] }: OperatorView) =>
    choose(inputs, output).filter((operand) => operand !== undefined);
}

const nothing = of(() => []);
const inputsOnly = of((inputs) => inputs);
const firstInput = of(([input]) => [input]);
const inputAndOutput = of(([input], output) => [input, output]);
/** Prepare, and then CalculateOpData. */
const convolution = of(([input, weights, bias], output) => [
  output,
  input,
  weights,
  input,
  weights,
  bias,
  output,
]);
const transposeConvolution = of(([, weights, input, bias], output) => {
  const first = [output, input, weights];
  return input?.dtype === 'float32' ? first : [...first, input, weights, bias, output];
});
/** Prepare, and PrepareSimple, which looks at the output of int8 only. */
const reduction = of(([input, axis], output) => [
  input,
  axis,
  ...(input?.dtype === 'int8' ? [output] : []),
  input,
  output,
  axis,
]);

/** Of sums and REDUCE_ALL: the same two in the other order. */
const otherReduction = of(([input, axis], output) => [
  input,
  output,
  axis,
  input,
  axis,
  ...(input?.dtype === 'int8' ? [output] : []),
]);

/** Part by part. */
const decoding: Fetches = ({ inputs, outputs }: OperatorView) =>
  outputs
    .flatMap((output, at): readonly Operand[] => [inputs[2 * at], inputs[2 * at + 1], output])
    .filter((operand) => operand !== undefined);

/** What `KernelMemory` means without a rule. */
const EACH_ONCE = undefined;

/** One row for every kernel, so that none takes the default in silence. */
export const FETCHES = {
  ABS: EACH_ONCE,
  ADD: EACH_ONCE,
  ADD_N: of(([first, ...others], output) => [first, output, ...others]),
  ARG_MAX: nothing,
  ARG_MIN: nothing,
  ASSIGN_VARIABLE: of(([, value]) => [value]),
  AVERAGE_POOL_2D: EACH_ONCE,
  BATCH_MATMUL: EACH_ONCE,
  BATCH_TO_SPACE_ND: inputAndOutput,
  BROADCAST_ARGS: EACH_ONCE,
  BROADCAST_TO: EACH_ONCE,
  CALL_ONCE: nothing,
  CAST: EACH_ONCE,
  CEIL: EACH_ONCE,
  CONCATENATION: of((inputs, output) => [inputs[0], output, ...inputs]),
  CONV_2D: convolution,
  COS: EACH_ONCE,
  CUMSUM: EACH_ONCE,
  DEPTHWISE_CONV_2D: convolution,
  DEPTH_TO_SPACE: EACH_ONCE,
  DEQUANTIZE: EACH_ONCE,
  DIV: EACH_ONCE,
  DYNAMIC_UPDATE_SLICE: EACH_ONCE,
  ELU: EACH_ONCE,
  EMBEDDING_LOOKUP: EACH_ONCE,
  EQUAL: inputsOnly,
  EXP: EACH_ONCE,
  EXPAND_DIMS: EACH_ONCE,
  FILL: EACH_ONCE,
  FLOOR: nothing,
  FLOOR_DIV: EACH_ONCE,
  FLOOR_MOD: EACH_ONCE,
  FULLY_CONNECTED: EACH_ONCE,
  GATHER: EACH_ONCE,
  GATHER_ND: EACH_ONCE,
  GREATER: inputsOnly,
  GREATER_EQUAL: inputsOnly,
  HARD_SWISH: EACH_ONCE,
  IF: firstInput,
  L2_NORMALIZATION: EACH_ONCE,
  L2_POOL_2D: of(([input], output) => [output, input]),
  LEAKY_RELU: EACH_ONCE,
  LESS: inputsOnly,
  LESS_EQUAL: inputsOnly,
  LOG: EACH_ONCE,
  LOGICAL_AND: nothing,
  LOGICAL_NOT: EACH_ONCE,
  LOGICAL_OR: nothing,
  LOGISTIC: EACH_ONCE,
  LOG_SOFTMAX: EACH_ONCE,
  MAXIMUM: nothing,
  MAX_POOL_2D: EACH_ONCE,
  MEAN: otherReduction,
  MINIMUM: nothing,
  MIRROR_PAD: EACH_ONCE,
  MUL: EACH_ONCE,
  NEG: nothing,
  NOT_EQUAL: inputsOnly,
  PACK: nothing,
  PAD: EACH_ONCE,
  PADV2: EACH_ONCE,
  PRELU: EACH_ONCE,
  QUANTIZE: EACH_ONCE,
  READ_VARIABLE: firstInput,
  REDUCE_ALL: otherReduction,
  REDUCE_MAX: reduction,
  REDUCE_MIN: reduction,
  RELU: EACH_ONCE,
  RELU6: firstInput,
  RESHAPE: inputAndOutput,
  RESIZE_BILINEAR: EACH_ONCE,
  RESIZE_NEAREST_NEIGHBOR: EACH_ONCE,
  REVERSE_V2: EACH_ONCE,
  ROUND: EACH_ONCE,
  RSQRT: EACH_ONCE,
  SELECT_V2: EACH_ONCE,
  SHAPE: nothing,
  SIN: EACH_ONCE,
  SLICE: EACH_ONCE,
  SOFTMAX: EACH_ONCE,
  SPACE_TO_BATCH_ND: inputAndOutput,
  SPACE_TO_DEPTH: EACH_ONCE,
  SPLIT: firstInput,
  SPLIT_V: of(([, , axis]) => [axis]),
  SQRT: EACH_ONCE,
  SQUARE: EACH_ONCE,
  SQUARED_DIFFERENCE: EACH_ONCE,
  SQUEEZE: EACH_ONCE,
  STRIDED_SLICE: EACH_ONCE,
  SUB: EACH_ONCE,
  SUM: otherReduction,
  SVDF: EACH_ONCE,
  TANH: of(([input], output) => [input, input, output]),
  TFLITE_DETECTION_POSTPROCESS: inputsOnly,
  TFLM_DECODE: decoding,
  TRANSPOSE: EACH_ONCE,
  TRANSPOSE_CONV: transposeConvolution,
  UNIDIRECTIONAL_SEQUENCE_LSTM: EACH_ONCE,
  UNPACK: nothing,
  VAR_HANDLE: nothing,
  WHILE: nothing,
  ZEROS_LIKE: EACH_ONCE,
} satisfies Readonly<Record<string, Fetches | undefined>>;

/** The same kernels, each with what its Prepare fetches. */
export function withFetches<Name extends string>(
  kernels: Readonly<Record<Name, KernelMemory>>,
  fetchesOf: Readonly<Record<NoInfer<Name>, Fetches | undefined>>,
): Readonly<Record<Name, KernelMemory>> {
  const entries = Object.entries<KernelMemory>(kernels).map(([name, memory]) => {
    const fetches = fetchesOf[name as Name];
    return [name, fetches === undefined ? memory : { ...memory, fetches }];
  });
  return Object.fromEntries(entries) as Readonly<Record<Name, KernelMemory>>;
}
