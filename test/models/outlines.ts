/** Outlines of one operator, for tests of what is said about models. */

import type { ModelOutline, OperatorView, OutlineOperator, OutlineTensor } from '../../src/ir/outline.ts';

const ELEMENT_BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, int16: 2, int32: 4 };

/** `storage` follows from `constant`; int8 tensors are quantized per tensor with 1/256 and -128 unless given. */
export function tensor(
  dtype: string,
  shape: readonly number[],
  more: Partial<OutlineTensor> & { readonly constant?: boolean } = {},
): OutlineTensor {
  const { constant = false, ...rest } = more;
  const quantization = { scales: [1 / 256], zeroPoints: [-128], axis: 0 };
  return {
    name: 'x',
    dtype,
    shape,
    bytes: shape.reduce((product, dimension) => product * dimension, ELEMENT_BYTES[dtype] ?? 1),
    storage: constant ? 'constant' : 'activation',
    ...(dtype === 'int8' ? { quantization } : {}),
    ...rest,
  };
}

/** The view of an operator over these tensors. */
export function view(
  name: string,
  inputs: readonly (OutlineTensor | undefined)[],
  outputs: readonly OutlineTensor[],
  more: Partial<OutlineOperator> = {},
): OperatorView {
  const operator = {
    name,
    version: 1,
    inputs: inputs.map((input, index) => (input === undefined ? undefined : index)),
    outputs: outputs.map((_, index) => inputs.length + index),
    intermediates: [],
    ...more,
  };
  return { operator, inputs, outputs };
}

/** A model of that operator alone. */
export function outlineOf({ operator, inputs, outputs }: OperatorView): ModelOutline {
  const hole = tensor('int8', []);
  return {
    subgraphs: [
      {
        tensors: [...inputs.map((input) => input ?? hole), ...outputs],
        operators: [operator],
        inputs: inputs.flatMap((input, index) => (input?.storage === 'activation' ? [index] : [])),
        outputs: operator.outputs,
      },
    ],
  };
}
