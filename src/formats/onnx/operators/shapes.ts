/** Operators that say how elements lie, or how many there are. */

import { inputError } from '../../../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { sizesOfStep } from '../../lowering/recurrent/step/sizes-of-step.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';

/** In another shape; what is known may have no elements, which only a file can have. */
export function reshaped(node: OnnxNode, operand: Operand, shape: Shape): Operand {
  const { dtype } = operand.type;
  return isKnown(operand)
    ? { name: node.name, type: { dtype, shape }, data: operand.data }
    : node.reshape('', operand, shape);
}

const reshape: LowerOnnx = (node) => {
  const input = node.input(0);
  const wanted = node.numbersOf('shape', 1) ?? [];
  const keepsZero = node.integer('allowzero', 0) === 1;
  const { shape } = input.type;
  const said = wanted.map((size, axis) => (size === 0 && !keepsZero ? shape[axis] : size));
  const sizes = sizesOfStep(said, elementCount(shape), node.steps);
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const open = known === 0 ? 0 : elementCount(shape) / known;
  const newShape = sizes.map((size) => (size === -1 ? open : size));
  const isSound = newShape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isSound && elementCount(newShape) === elementCount(shape)) return reshaped(node, input, newShape);
  throw inputError('onnx-reshape', `it makes ${formatShape(wanted)} of ${formatShape(shape)}.`);
};

const flatten: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.integer('axis', 1);
  const axis = given === shape.length ? given : axisOf(given, shape.length);
  return reshaped(node, input, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
};

const squeeze: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.numbersOf('axes', 1)?.map((axis) => axisOf(axis, shape.length));
  const axes = given ?? shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes.some((axis) => shape[axis] !== 1)) {
    throw inputError('onnx-squeeze', `it drops axes ${formatShape(axes)} of ${formatShape(shape)}.`);
  }
  const kept = shape.filter((_, axis) => !axes.includes(axis));
  return reshaped(node, input, kept);
};

const unsqueeze: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const given = node.numbersOf('axes', 1) ?? [];
  const rank = shape.length + given.length;
  const axes = new Set(given.map((axis) => axisOf(axis, rank)));
  if (axes.size !== given.length) {
    throw inputError('onnx-unsqueeze', `it makes the axes ${formatShape(given)}, one of them twice.`);
  }
  const sizes = shape.values();
  const wide = Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : (sizes.next().value ?? 1)));
  return reshaped(node, input, wide);
};

/** An axis, or where none is any more, as slices of lists have it. */
function placeOf(at: number, rank: number): number {
  return Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);
}

const shapeOf: LowerOnnx = (node) => {
  const { shape } = node.input(0).type;
  const rank = shape.length;
  const start = placeOf(node.integer('start', 0), rank);
  const part = shape.slice(start, Math.max(start, placeOf(node.integer('end', rank), rank)));
  return node.known([part.length], part);
};

export const SHAPES: OnnxOperators = {
  Flatten: flatten,
  Reshape: reshape,
  Shape: shapeOf,
  Size: (node) => node.known([], [elementCount(node.input(0).type.shape)]),
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
};
