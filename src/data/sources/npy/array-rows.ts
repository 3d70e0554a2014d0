/** Rows of NumPy arrays: the first axis counts them. */

import { inputError } from '../../../core/errors.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { countElements, readNpyHead } from '../../records/npy-layout.ts';
import { type Elements, elementsOf } from './elements.ts';

/** Where an array lies, and what it is. */
export interface ArrayLayout {
  readonly elements: Elements;
  readonly rows: number;
  /** Of one row. */
  readonly shape: Shape;
  readonly fortranOrder: boolean;
  readonly dataOffset: number;
}

/** Throws `bad-npy` (input) and `npy-…` (unsupported). */
export function readArrayLayout(file: RandomAccessBytes): ArrayLayout {
  const head = readNpyHead(file);
  const elements = elementsOf(head.description);
  countElements(head, elements.bytes, file.length);
  const [rows, ...shape] = head.shape;
  if (rows === undefined || shape.includes(0)) {
    throw inputError(
      'bad-data',
      `the array of shape ${formatShape(head.shape)} has no rows of values`,
      'Its first axis must count the rows.',
    );
  }
  return {
    elements,
    rows,
    shape,
    fortranOrder: head.fortranOrder && shape.length > 0,
    dataOffset: head.dataOffset,
  };
}

/** Takes an element: its place in the row, the row's place in the block, and where its bytes are. */
export type TakeElement = (row: number, place: number, view: DataView, offset: number) => void;

function viewOf(file: RandomAccessBytes, offset: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  file.readAt(offset, bytes);
  return new DataView(bytes.buffer);
}

/** Of each place in a row in Fortran order, its place in C order. */
function* rowMajorPlaces(shape: Shape): Generator<number> {
  const strides = shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
  const index = new Array<number>(shape.length).fill(0);
  for (let count = elementCount(shape); count > 0; count--) {
    yield index.reduce((place, i, axis) => place + i * strides[axis], 0);
    for (let axis = 0; axis < shape.length && ++index[axis] === shape[axis]; axis++) index[axis] = 0;
  }
}

/** Reads elements of rows `start` to `start + rows`. */
export function readArrayRows(
  file: RandomAccessBytes,
  { elements, rows: all, shape, fortranOrder, dataOffset }: ArrayLayout,
  start: number,
  rows: number,
  take: TakeElement,
): void {
  const [{ bytes }, size] = [elements, elementCount(shape)];
  if (!fortranOrder) {
    const view = viewOf(file, dataOffset + start * size * bytes, rows * size * bytes);
    for (let row = 0; row < rows; row++) {
      for (let place = 0; place < size; place++) take(row, place, view, (row * size + place) * bytes);
    }
    return;
  }
  let column = 0;
  for (const place of rowMajorPlaces(shape)) {
    const view = viewOf(file, dataOffset + (column++ * all + start) * bytes, rows * bytes);
    for (let row = 0; row < rows; row++) take(row, place, view, row * bytes);
  }
}
