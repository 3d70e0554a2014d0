/**
 * Shapes as the inputs make them, where a file declares others: a converter that left the batch open declares 1 behind
 * SPACE_TO_BATCH_ND too. TensorFlow Lite Micro computes what is declared, and drops the rest.
 */

import { attempt } from '../../../core/errors.ts';
import { elementCount, type Shape } from '../../../core/tensor.ts';
import { checkArity, fitsShape } from '../../../ir/check-form.ts';
import { type AttributesOf, type OpKind, opOf } from '../../../ops/index.ts';
import type { FileTensor } from '../read-tensors.ts';

function reshaped(tensor: FileTensor, shape: Shape): FileTensor {
  return fitsShape(shape, tensor.type.shape) ? tensor : { ...tensor, type: { ...tensor.type, shape } };
}

/** With at most one size left open. */
function closed(wanted: Shape, count: number): Shape | undefined {
  const known = elementCount(wanted.filter((size) => size !== -1));
  const shape = wanted.map((size) => (size === -1 ? count / known : size));
  const fits = elementCount(shape) === count && shape.every((size) => Number.isInteger(size) && size > 0);
  return fits ? shape : undefined;
}

/** What RESHAPE makes: what is declared where that holds the elements, else what its operand says, else another batch. */
export function mendReshape(output: FileTensor, input: Shape, operand: FileTensor | undefined): FileTensor {
  const { shape } = output.type;
  const count = elementCount(input);
  if (elementCount(shape) === count) return output;
  const wanted = operand?.data === undefined ? undefined : Array.from(operand.data, Number);
  const mended = (wanted && closed(wanted, count)) ?? closed([-1, ...shape.slice(1)], count);
  return mended === undefined ? output : reshaped(output, mended);
}

/** The outputs of any other operator; as they are where the inputs do not go together, which is told later. */
export function mendOutputs(
  kind: OpKind,
  attributes: AttributesOf<OpKind>,
  inputs: readonly (Shape | undefined)[],
  outputs: readonly FileTensor[],
): readonly FileTensor[] {
  const op = opOf(kind);
  if (!op.attributes.safeParse(attributes).success) return outputs;
  const inferred = attempt(() => {
    checkArity(kind, inputs);
    return op.infer(attributes, inputs);
  });
  if (!('value' in inferred) || inferred.value.length !== outputs.length) return outputs;
  return outputs.map((output, index) => reshaped(output, inferred.value[index]));
}
