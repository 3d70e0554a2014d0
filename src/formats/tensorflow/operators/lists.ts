/** Lists of tensors, in which loops gather their steps: known in length, so that each element is a tensor of its own. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { type DType, elementCount, type Shape } from '../../../core/tensor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';
import { isKind, type TensorList } from '../values.ts';

/** More than any loop that is unrolled has steps. */
const MOST_ITEMS = 2 ** 12;

export function listAt(node: TensorFlowNode, position: number): TensorList {
  const value = node.values[position];
  if (isKind(value, 'list')) return value;
  throw inputError('operand-kind', `its input ${position} is no list of tensors.`);
}

const fromTensor: LowerTensorFlow = (node) => {
  const tensor = node.input(0);
  const [count = 0] = tensor.type.shape;
  if (count > MOST_ITEMS) throw tooLong(count);
  return { kind: 'list', items: node.addMany('unpack', '', { axis: 0 }, [tensor]), stacked: tensor };
};

function tooLong(count: number): Error {
  return unsupportedError(
    'loop-too-long',
    `it makes a list of ${count} tensors, and loops are unrolled to ${MOST_ITEMS} at most.`,
    'Give the network shorter sequences.',
  );
}

/** As many elements as an input says, none of them there yet. */
export function reserved(node: TensorFlowNode, position: number): TensorList {
  // Files have the number of all steps here.
  const count = node.steps === undefined ? node.number(position, 'number of elements') : 1;
  if (!(count >= 0 && count <= MOST_ITEMS)) throw tooLong(count);
  return { kind: 'list', items: new Array<undefined>(count).fill(undefined) };
}

const reserve: LowerTensorFlow = (node) => reserved(node, 1);

function placeIn({ items }: TensorList, index: number): number {
  if (Number.isInteger(index) && index >= 0 && index < items.length) return index;
  throw inputError('list-index', `it reads element ${index} of ${items.length}.`);
}

export function withItem(list: TensorList, index: number, item: Operand): TensorList {
  return { kind: 'list', items: list.items.with(placeIn(list, index), item) };
}

const setItem: LowerTensorFlow = (node) => withItem(listAt(node, 0), node.number(1, 'index'), node.input(2));

function zerosOf(node: TensorFlowNode, shape: Shape, dtype: DType): Operand {
  if (dtype === 'float32') return node.constant('zeros', shape, new Float32Array(elementCount(shape)));
  return node.known(shape, new Array<number>(elementCount(shape)).fill(0));
}

/** Of an element that nothing was put into: zeros of the shape that the others have, or of one that is given. */
function emptyItem(node: TensorFlowNode, { items }: TensorList, type: string, given: Shape = []): Operand {
  const shape = items.find((item) => item !== undefined)?.type.shape ?? given;
  return zerosOf(node, shape, node.dtype(type));
}

/** `type` is the attribute that says what elements are. */
export function itemAt(node: TensorFlowNode, list: TensorList, index: number, type: string): Operand {
  return list.items[placeIn(list, index)] ?? emptyItem(node, list, type);
}

const getItem: LowerTensorFlow = (node) => {
  const list = listAt(node, 0);
  const item = list.items[placeIn(list, node.number(1, 'index'))];
  return item ?? zerosOf(node, node.numbers(2, 'shape') ?? [], node.dtype('element_dtype'));
};

/** All elements on a new first axis. */
export function stackOf(node: TensorFlowNode, list: TensorList, type: string, given?: Shape): Operand {
  const { items, stacked } = list;
  if (stacked !== undefined) return stacked;
  const operands = items.map((item) => item ?? emptyItem(node, list, type, given));
  const [only] = operands;
  if (operands.length === 1) return node.reshape('', only, [1, ...only.type.shape]);
  return node.add('pack', '', { axis: 0 }, operands);
}

const stack: LowerTensorFlow = (node) =>
  stackOf(node, listAt(node, 0), 'element_dtype', node.numbers(1, 'shape'));

const length: LowerTensorFlow = (node) => node.known([], [listAt(node, 0).items.length]);

export const LISTS: TensorFlowOperators = {
  TensorListFromTensor: fromTensor,
  TensorListGetItem: getItem,
  TensorListLength: length,
  TensorListReserve: reserve,
  TensorListSetItem: setItem,
  TensorListStack: stack,
};
