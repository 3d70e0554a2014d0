/**
 * Arrays of tensors of TensorFlow 1: resources that a graph passes on as a handle, and a flow behind everything that changes them. The
 * flow carries the elements here (`data_flow_ops.cc`, TensorArrayV3).
 */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';
import type { TensorList, Value } from '../values.ts';
import { itemAt, listAt, reserved, stackOf, withItem } from './lists.ts';

/** Those of all steps are that of the one that is there. */
function indicesAt(node: TensorFlowNode, position: number): readonly number[] {
  const indices = node.numbers(position, 'indices') ?? [];
  return indices.length === node.steps ? [0] : indices;
}

function areAll(indices: readonly number[], { items }: TensorList): boolean {
  return indices.length === items.length && indices.every((index, at) => index === at);
}

/** Handle and flow. */
const make: LowerTensorFlow = (node) => {
  const list = reserved(node, 0);
  return [list, list];
};

/** Handle, indices, value, flow. */
const scatter: LowerTensorFlow = (node) => {
  const [list, indices, value] = [listAt(node, 3), indicesAt(node, 1), node.input(2)];
  if (indices.length !== value.type.shape[0] || indices.length > list.items.length) {
    throw inputError(
      'list-index',
      `it puts ${formatShape(value.type.shape)} at ${indices.length} of ${counted(list.items.length, 'place')}.`,
    );
  }
  const each = node.addMany('unpack', '', { axis: 0 }, [value]);
  const filled = indices.reduce<TensorList>((made, index, at) => withItem(made, index, each[at]), list);
  return areAll(indices, list) ? { ...filled, stacked: value } : filled;
};

/** Handle, index, flow. */
const read: LowerTensorFlow = (node) => itemAt(node, listAt(node, 2), node.number(1, 'index'), 'dtype');

/** Handle, index, value, flow. */
const write: LowerTensorFlow = (node) => withItem(listAt(node, 3), node.number(1, 'index'), node.input(2));

/** Handle, indices, flow. */
const gather: LowerTensorFlow = (node): Value => {
  const [list, indices] = [listAt(node, 2), indicesAt(node, 1)];
  if (areAll(indices, list)) return stackOf(node, list, 'dtype');
  const items = indices.map((index): Operand => itemAt(node, list, index, 'dtype'));
  return stackOf(node, { kind: 'list', items }, 'dtype');
};

/** Handle, flow. */
const size: LowerTensorFlow = (node) => node.known([], [listAt(node, 1).items.length]);

export const ARRAYS: TensorFlowOperators = {
  TensorArrayGatherV3: gather,
  TensorArrayReadV3: read,
  TensorArrayScatterV3: scatter,
  TensorArraySizeV3: size,
  TensorArrayV3: make,
  TensorArrayWriteV3: write,
};
