/** Operators that move, join, cut and repeat elements. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape, sameShape } from '../../../core/tensor.ts';
import { broadcastShape } from '../../../ops/conditions.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { knownOf } from './constants.ts';

const transpose: LowerOnnx = (node) => {
  const input = node.input(0);
  const reversed = input.type.shape.map((_, axis) => axis).reverse();
  return node.transpose('', input, node.integers('perm') ?? reversed);
};

function isEmpty(operand: Operand): boolean {
  return elementCount(operand.type.shape) === 0;
}

const concat: LowerOnnx = (node) => {
  const operands = node.inputs.map((_, position) => node.input(position));
  const parts = operands.filter((operand) => !isEmpty(operand));
  if (parts.length < 2) return parts[0] ?? node.input(0);
  // The first version put them along axis 1 where it said none.
  const axis = axisOf(node.integer('axis', node.version < 4 ? 1 : undefined), parts[0].type.shape.length);
  return node.add('concatenation', '', { axis, activation: 'none' }, parts);
};

/** As many as the node has outputs, the last one smaller where they are not equal. */
function equalParts(node: OnnxNode, size: number): readonly number[] {
  const count = node.integer('num_outputs', node.outputCount);
  const most = Math.ceil(size / count);
  const parts = Array.from({ length: count }, (_, part) => Math.min(most, size - part * most));
  if (parts.every((part) => part > 0)) return parts;
  throw inputError('onnx-split', `it cuts ${counted(size, 'element')} into ${counted(count, 'part')}.`);
}

const MOST_PARTS = 4096;

const split: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const axis = axisOf(node.integer('axis', 0), shape.length);
  if (node.outputCount > MOST_PARTS || node.integer('num_outputs', 1) > MOST_PARTS) {
    throw refuseAttribute('num_outputs', `is more than ${MOST_PARTS}`);
  }
  const sizes = node.numbersOf('split', 1) ?? equalParts(node, shape[axis]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== shape[axis] || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw inputError(
      'onnx-split',
      `it cuts axis ${axis} of ${formatShape(shape)} into parts of ${formatShape(sizes)}.`,
    );
  }
  if (sizes.length === 1) return input;
  return sizes.every((size) => size === sizes[0])
    ? node.addMany('split', '', { axis, count: sizes.length }, [input])
    : node.addMany('split_v', '', { axis, sizes }, [input]);
};

/** Repeated along axes of length 1 and new ones in front. */
export function expanded(node: OnnxNode, part: string, operand: Operand, shape: Shape): Operand {
  const wide = broadcastShape(operand.type.shape, shape);
  return sameShape(wide, operand.type.shape)
    ? operand
    : node.add('broadcast_to', part, { shape: wide }, [operand]);
}

const expand: LowerOnnx = (node) => {
  const input = node.input(0);
  const shape = node.numbers(1, 'shape') ?? [];
  if (isKnown(input) && shape.includes(0)) {
    return knownOf(node, input.type.dtype, broadcastShape(input.type.shape, shape), []);
  }
  return expanded(node, '', input, shape);
};

const tile: LowerOnnx = (node) => {
  const input = node.input(0);
  if (node.version < 6) {
    throw inputError('onnx-tile', 'it repeats along one axis, as no operator set after the fifth does.');
  }
  const multiples = node.numbers(1, 'repeats') ?? [];
  return multiples.every((multiple) => multiple === 1) ? input : node.add('tile', '', { multiples }, [input]);
};

/** 0 above or below a diagonal of the last two axes. */
const triangle: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape, dtype } = input.type;
  const offset = node.numbers(1, 'diagonal')?.[0] ?? 0;
  const isUpper = node.integer('upper', 1) === 1;
  const [rows, columns] = shape.slice(-2);
  if (columns === undefined)
    throw inputError('onnx-trilu', `it has an input of shape ${formatShape(shape)}.`);
  const kept = Array.from({ length: rows * columns }, (_, at) => {
    const distance = (at % columns) - Math.floor(at / columns);
    return Number(isUpper ? distance >= offset : distance <= offset);
  });
  const mask = knownOf(node, 'bool', [rows, columns], kept);
  return node.add('select_v2', '', {}, [mask, input, knownOf(node, dtype, [1], [0])], dtype);
};

export const MOVEMENTS: OnnxOperators = {
  Concat: concat,
  Expand: expand,
  Split: split,
  Tile: tile,
  Transpose: transpose,
  Trilu: triangle,
};
