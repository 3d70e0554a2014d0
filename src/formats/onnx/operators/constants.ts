/** Tensors that the file has, or that it describes by numbers. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { allocate, type DType, elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { type Known, knownNumbers, type Operand } from '../../lowering/graph-writer.ts';
import { counted } from '../../lowering/known-integers.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { dtypeOf, saturated } from '../tensor.ts';

/** A tensor of known numbers. */
export function knownOf(node: OnnxNode, dtype: DType, shape: Shape, values: readonly number[]): Known {
  const data = allocate(dtype, values.length);
  for (const [index, value] of values.entries()) data[index] = value;
  return { name: node.name, type: { dtype, shape }, data };
}

const constant: LowerOnnx = (node) => {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  if (node.has('value_float')) return knownOf(node, 'float32', [], [node.float('value_float')]);
  if (node.has('value_int')) return knownOf(node, 'int32', [], [saturated(node.integer('value_int'))]);
  const floats = node.floats('value_floats');
  if (floats !== undefined) return knownOf(node, 'float32', [floats.length], floats);
  const integers = node.integers('value_ints');
  if (integers !== undefined) return knownOf(node, 'int32', [integers.length], integers.map(saturated));
  const other = ['sparse_value', 'value_string', 'value_strings'].find((name) => node.has(name));
  if (other !== undefined) throw refuseAttribute(other, 'is no dense tensor of numbers');
  throw inputError('onnx-attribute', 'it has no value.');
};

/** The one element everywhere; a shape that has none stays known. */
export function filled(node: OnnxNode, value: Known, shape: Shape): Operand {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw inputError('onnx-shape', `it makes a tensor of shape ${formatShape(shape)}.`);
  }
  const { dtype } = value.type;
  if (elementCount(shape) === 0) return knownOf(node, dtype, shape, []);
  return node.add('fill', '', { shape }, [{ ...value, type: { dtype, shape: [] } }]);
}

const constantOfShape: LowerOnnx = (node) => {
  const value = node.tensor('value') ?? knownOf(node, 'float32', [1], [0]);
  if (value.data.length !== 1)
    throw refuseAttribute('value', `has ${value.data.length} elements instead of 1`);
  return filled(node, value, node.numbers(0, 'shape') ?? []);
};

const range: LowerOnnx = (node) => {
  const [start, limit, delta] = [0, 1, 2].map(
    (position) => knownNumbers(node.input(position), 'range')[0] ?? Number.NaN,
  );
  const { dtype } = node.input(0).type;
  const numbers = counted(start, limit, delta);
  if (numbers !== undefined) return knownOf(node, dtype, numbers.shape, numbers.values);
  if (Math.ceil((limit - start) / delta) <= 0) return knownOf(node, dtype, [0], []);
  throw unsupportedError('range-too-long', `it counts from ${start} to ${limit} by ${delta}.`);
};

const eyeLike: LowerOnnx = (node) => {
  const { shape, dtype } = node.input(0).type;
  const made = node.has('dtype') ? dtypeOf(node.integer('dtype')) : dtype;
  const offset = node.integer('k', 0);
  const [, columns] = shape;
  const values = Array.from({ length: elementCount(shape) }, (_, at) =>
    Number((at % columns) - Math.floor(at / columns) === offset),
  );
  return knownOf(node, made, shape, values);
};

export const CONSTANTS: OnnxOperators = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Range: range,
};
