/** Rows of the codec table for operators that repeat, reverse and pick elements. */

import { unsupportedError } from '../../../core/errors.ts';
import { formatShape, sameShape } from '../../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../../ops/index.ts';
import { type Codec, type FileOperator, versions } from '../codec.ts';
import { requireInputs, vector } from '../constant-operands.ts';
import { BuiltinOperator, BuiltinOptions } from '../generated/tflite_generated.ts';

/** A shape that TFLM compares with the output's own. */
function requireOutputShape(operator: FileOperator, position: number): readonly number[] {
  const [{ shape }] = operator.outputs;
  const stated = operator.integers(position);
  if (!sameShape(stated, shape)) {
    throw unsupportedError(
      'bad-attributes',
      `asks for the shape ${formatShape(stated)}, but its output has ${formatShape(shape)}`,
    );
  }
  return stated;
}

/** Refuses places that constant indices name and the input does not have. */
function requirePlaces(operator: FileOperator): void {
  const [input, indices] = operator.inputs;
  const shape = input?.shape ?? [];
  const depth = indices?.shape.at(-1) ?? 0;
  const outside = operator.int32s(1).findIndex((index, at) => !(index >= 0 && index < shape[at % depth]));
  if (outside !== -1) {
    throw unsupportedError(
      'index-range',
      `takes element ${operator.int32s(1)[outside]} of an axis of ${shape[outside % depth]}`,
    );
  }
}

/** Counted from the front, in ascending order. */
function reversedAxes(operator: FileOperator): number[] {
  const rank = operator.inputs[0]?.shape.length ?? 0;
  return operator
    .int32s(1)
    .map((axis) => (axis < 0 ? axis + rank : axis))
    .sort((a, b) => a - b);
}

export const repetitionCodecs = {
  broadcast_to: {
    code: BuiltinOperator.BROADCAST_TO,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: versions(2, 2, 3),
    read(operator) {
      requireInputs(operator, 2);
      return { shape: requireOutputShape(operator, 1) };
    },
    writeConstants: ({ shape }) => ({ 1: vector(shape) }),
  },
  fill: {
    code: BuiltinOperator.FILL,
    options: BuiltinOptions.NONE,
    operandPositions: [1],
    version: versions(1, 3),
    read(operator) {
      requireInputs(operator, 2);
      return { shape: requireOutputShape(operator, 0) };
    },
    writeConstants: ({ shape }) => ({ 0: vector(shape) }),
  },
  gather_nd: {
    code: BuiltinOperator.GATHER_ND,
    options: BuiltinOptions.NONE,
    version: () => 1,
    read(operator) {
      requireInputs(operator, 2);
      requirePlaces(operator);
      return {};
    },
  },
  reverse_v2: {
    code: BuiltinOperator.REVERSE_V2,
    options: BuiltinOptions.NONE,
    operandPositions: [0],
    version: ({ inputs: [input] }) => (input?.dtype === 'bool' ? 2 : 1),
    read(operator) {
      requireInputs(operator, 2);
      const axes = reversedAxes(operator);
      const inOrder = axes.length > 0 && axes.every((axis, index) => axis === axes[0] + index);
      if (!inOrder) {
        throw unsupportedError(
          'bad-attributes',
          `reverses axes ${formatShape(axes)}, and TensorFlow Lite Micro only axes that follow each other`,
        );
      }
      return { axes };
    },
    writeConstants: ({ axes }) => ({ 1: vector(axes) }),
  },
  tile: {
    code: BuiltinOperator.TILE,
    options: BuiltinOptions.TileOptions,
    operandPositions: [0],
    version: versions(1, 2),
    read(operator) {
      requireInputs(operator, 2);
      return { multiples: operator.integers(1) };
    },
    writeConstants: ({ multiples }) => ({ 1: vector(multiples) }),
  },
  zeros_like: {
    code: BuiltinOperator.ZEROS_LIKE,
    options: BuiltinOptions.NONE,
    version: () => 1,
    read: () => ({}),
  },
} satisfies { readonly [Kind in OpKind]?: Codec<AttributesOf<Kind>> };
