/** Operators that say how elements lie, or how many there are. */

import { inputError } from '../../../core/errors.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import { axisOf } from '../../lowering/operation.ts';
import type { LowerOnnx, OnnxOperators } from '../node.ts';

const constant: LowerOnnx = (node) => {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const floats =
    node.floats('value_floats') ?? (node.has('value_float') ? [node.float('value_float')] : undefined);
  if (floats !== undefined) {
    const shape = node.has('value_float') ? [] : [floats.length];
    return node.constant('', shape, Float32Array.from(floats));
  }
  const integers = node.integers('value_ints');
  return integers === undefined
    ? node.known([], [node.integer('value_int')])
    : node.known([integers.length], integers);
};

const reshape: LowerOnnx = (node) => {
  const input = node.input(0);
  const wanted = node.numbersOf('shape', 1) ?? [];
  const keepsZero = node.integer('allowzero', 0) === 1;
  const { shape } = input.type;
  const sizes = wanted.map((size, axis) => (size === 0 && !keepsZero ? shape[axis] : size));
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const newShape = sizes.map((size) => (size === -1 ? elementCount(shape) / known : size));
  if (elementCount(newShape) === elementCount(shape)) return node.reshape('', input, newShape);
  throw inputError('onnx-reshape', `it makes ${formatShape(wanted)} of ${formatShape(shape)}.`);
};

const flatten: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.integer('axis', 1);
  const axis = given === shape.length ? given : axisOf(given, shape.length);
  return node.reshape('', input, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
};

export const SHAPES: OnnxOperators = {
  Constant: constant,
  Flatten: flatten,
  Reshape: reshape,
  Shape: (node) => node.known([node.input(0).type.shape.length], node.input(0).type.shape),
};
