/**
 * What TFLM's CMSIS-NN kernels refuse though its reference kernels accept it (commit 90b983c2): read off the checks in
 * micro/kernels/cmsis_nn. Nothing here depends on the chip.
 */

import type { OperatorView, OutlineTensor } from '../../ir/outline.ts';

/** Says why, in one sentence, or undefined where there is nothing to say. */
type Refusal = (view: OperatorView) => string | undefined;

/** CMSIS-NN describes a tensor by four extents. */
const MAX_RANK = 4;

function operands({ inputs, outputs }: OperatorView): readonly OutlineTensor[] {
  return [...inputs, ...outputs].filter((tensor) => tensor !== undefined);
}

function dtypeOf(view: OperatorView): string | undefined {
  return view.inputs[0]?.dtype;
}

function isOffset(tensor: OutlineTensor | undefined): boolean {
  return tensor?.dtype === 'int16' && (tensor.quantization?.zeroPoints[0] ?? 0) !== 0;
}

function rankAbove(kernel: string, tensors: readonly (OutlineTensor | undefined)[]): string | undefined {
  const rank = Math.max(...tensors.map((tensor) => tensor?.shape.length ?? 0));
  if (rank <= MAX_RANK) return undefined;
  return `The CMSIS-NN kernel of ${kernel} takes at most ${MAX_RANK} dimensions, and here are ${rank}.`;
}

function symmetric(kernel: string, tensors: readonly (OutlineTensor | undefined)[]): string | undefined {
  if (!tensors.some(isOffset)) return undefined;
  return `The CMSIS-NN kernel of ${kernel} wants zero point 0 of int16 tensors.`;
}

function add(view: OperatorView): string | undefined {
  const [first, second] = view.inputs;
  if (first !== undefined && second !== undefined && first.dtype !== second.dtype) {
    return `The CMSIS-NN kernel of ADD wants two operands of one type, not ${first.dtype} and ${second.dtype}.`;
  }
  return symmetric('ADD', operands(view));
}

function convolution(view: OperatorView): string | undefined {
  return symmetric(view.operator.name, [view.inputs[0], view.outputs[0]]);
}

function fullyConnected(view: OperatorView): string | undefined {
  const [input, weights] = view.inputs;
  const [output] = view.outputs;
  if (input === undefined || weights === undefined || output === undefined) return undefined;
  const perChannel = (weights.quantization?.scales.length ?? 0) > 1;
  if (input.dtype === 'int16' && perChannel) {
    return 'The CMSIS-NN kernel of FULLY_CONNECTED takes weights with one scale per channel from int8 inputs only.';
  }
  const offset = symmetric('FULLY_CONNECTED', [input, output]);
  if (offset !== undefined) return offset;
  const rank = output.shape.length;
  if (rank < 2 || rank > MAX_RANK) {
    return `The CMSIS-NN kernel of FULLY_CONNECTED asserts an output of 2 to ${MAX_RANK} dimensions, and this one has ${rank}.`;
  }
  // Eval compares the index of its scratch buffer with 4, which is any number in a model with few such buffers.
  const depth = weights.shape.at(-1) ?? 0;
  const int8 = input.dtype === 'int8' && weights.dtype === 'int8';
  if (int8 && !perChannel && rank > 2 && depth % 4 === 0) {
    return `The CMSIS-NN kernel of FULLY_CONNECTED with one scale and an output of ${rank} dimensions fails an assertion, unless four scratch buffers come before its own or the build defines NDEBUG.`;
  }
  return undefined;
}

function lstm({ inputs }: OperatorView): string | undefined {
  const weights = [...inputs.slice(1, 9), ...inputs.slice(12, 16)];
  if (weights.every((tensor) => tensor === undefined || tensor.storage === 'constant')) return undefined;
  return 'The CMSIS-NN kernel of UNIDIRECTIONAL_SEQUENCE_LSTM wants constant weights and biases.';
}

function int8RankAbove(view: OperatorView): string | undefined {
  return dtypeOf(view) === 'int8' ? rankAbove(view.operator.name, operands(view)) : undefined;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ADD: add,
  BATCH_MATMUL: (view) => rankAbove('BATCH_MATMUL', view.inputs),
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: convolution,
  FULLY_CONNECTED: fullyConnected,
  MAXIMUM: int8RankAbove,
  MINIMUM: int8RankAbove,
  TRANSPOSE: int8RankAbove,
  UNIDIRECTIONAL_SEQUENCE_LSTM: lstm,
};

/**
 * One sentence on why a firmware with CMSIS-NN kernels refuses this operator, or stops at an assertion, where the
 * reference kernels run it; undefined where it does not.
 */
export function cmsisNnRefusal(view: OperatorView): string | undefined {
  const { name } = view.operator;
  return Object.hasOwn(REFUSALS, name) ? REFUSALS[name]?.(view) : undefined;
}
