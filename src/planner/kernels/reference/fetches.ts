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

const FETCHES: Readonly<Record<string, Fetches>> = {
  ADD_N: of(([first, ...others], output) => [first, output, ...others]),
  ARG_MAX: nothing,
  ARG_MIN: nothing,
  BATCH_TO_SPACE_ND: inputAndOutput,
  CALL_ONCE: nothing,
  CONCATENATION: of((inputs, output) => [inputs[0], output, ...inputs]),
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: convolution,
  EQUAL: inputsOnly,
  FLOOR: nothing,
  GREATER: inputsOnly,
  GREATER_EQUAL: inputsOnly,
  IF: firstInput,
  L2_POOL_2D: of(([input], output) => [output, input]),
  LESS: inputsOnly,
  LESS_EQUAL: inputsOnly,
  LOGICAL_AND: nothing,
  LOGICAL_OR: nothing,
  MAXIMUM: nothing,
  MEAN: otherReduction,
  MINIMUM: nothing,
  NEG: nothing,
  NOT_EQUAL: inputsOnly,
  PACK: nothing,
  READ_VARIABLE: firstInput,
  REDUCE_ALL: otherReduction,
  REDUCE_MAX: reduction,
  REDUCE_MIN: reduction,
  RELU6: firstInput,
  RESHAPE: inputAndOutput,
  SHAPE: nothing,
  SPACE_TO_BATCH_ND: inputAndOutput,
  SPLIT: firstInput,
  SPLIT_V: of(([, , axis]) => [axis]),
  SUM: otherReduction,
  TANH: of(([input], output) => [input, input, output]),
  TRANSPOSE_CONV: transposeConvolution,
  UNPACK: nothing,
  WHILE: nothing,
};

/** The same kernels, each with what its Prepare fetches. */
export function withFetches<Name extends string>(
  kernels: Readonly<Record<Name, KernelMemory>>,
): Readonly<Record<Name, KernelMemory>> {
  const entries = Object.entries<KernelMemory>(kernels).map(([name, memory]) => {
    const fetches = FETCHES[name];
    return [name, fetches === undefined ? memory : { ...memory, fetches }];
  });
  return Object.fromEntries(entries) as Readonly<Record<Name, KernelMemory>>;
}
