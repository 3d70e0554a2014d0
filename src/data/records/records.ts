/** Records of equal shape, read a block at a time: from an array, or from a `.npy` file that need not fit in memory. */

import { inputError, unsupportedError, usageError, withErrorContext } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { bytesOf, elementCount, formatShape, type Shape } from '../../core/tensor.ts';
import { checkBooleans, outOfRange } from './npy.ts';
import { allocateNpy, type NpyData, type NpyLayout, readNpyLayout } from './npy-layout.ts';

/** Records of equal shape, wherever they lie. */
export interface RecordSource {
  readonly count: number;
  /** Of one record. */
  readonly shape: Shape;
  /** So many records that follow one another are one sequence, before which states begin anew; without it they only go on. */
  readonly sequence?: number;
  /** Copies records `start` to `start + rows` into the beginning of `into`, each in C order. Throws `not-finite`. */
  read(start: number, rows: number, into: Float32Array): void;
  close(): void;
}

/** Values in one record. */
export function recordLengthOf({ shape }: RecordSource): number {
  return elementCount(shape);
}

/** Where the axes of a shape end among its elements in C order; axes of length 1 change nothing. */
function axisEnds(shape: Shape): ReadonlySet<number> {
  let end = 1;
  return new Set(shape.map((dimension) => (end *= dimension)));
}

/** Whether two shapes of as many elements have axes that are the same but for those that are joined or split, as in rows of plain numbers. */
export function hasSameAxes(one: Shape, other: Shape): boolean {
  const [given, wanted] = [axisEnds([1, ...one]), axisEnds([1, ...other])];
  const within = (a: ReadonlySet<number>, b: ReadonlySet<number>) => [...a].every((end) => b.has(end));
  return within(given, wanted) || within(wanted, given);
}

/**
 * Refuses records that are of the size of the `input` of a model, and yet other axes than its own: NCHW for NHWC. Axes may be
 * joined or split. Throws `record-axes` (usage).
 */
export function checkRecordAxes(record: Shape, input: Shape): void {
  if (hasSameAxes(record, input)) return;
  throw usageError(
    'record-axes',
    `The samples have the shape ${formatShape(record)}, and the model's input is ${formatShape(input)}: as many values, but other axes`,
    'Put the axes into the order of the model (channels last), or give every sample as one row of numbers in that order.',
  );
}

/** Axis 0 of `shape` counts the records. Throws `records-shape` for another number of values than it says. */
export function arrayRecords({ shape, data }: { shape: Shape; data: Float32Array }): RecordSource {
  const [count, ...recordShape] = shape;
  const length = elementCount(recordShape);
  if (shape.length === 0 || data.length !== count * length) {
    throw usageError(
      'records-shape',
      `Records of the shape ${formatShape(shape)} are not made of ${counted(data.length, 'value')}`,
      'The first axis counts the records.',
    );
  }
  return {
    count,
    shape: recordShape,
    read(start, rows, into) {
      const block = data.subarray(start * length, (start + rows) * length);
      checkFinite(block, start, length, 'The records');
      into.set(block);
    },
    close() {},
  };
}

/** `values[i]` becomes `into[i * stride]`, rounded to float32; `indexOf` gives element i's place in the whole array. */
function narrow(
  values: NpyData,
  into: Float32Array,
  first: number,
  stride: number,
  indexOf: (i: number) => number,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    into[first + i * stride] = value;
    if (!Number.isFinite(into[first + i * stride]) && Number.isFinite(value)) {
      throw outOfRange(value, indexOf(i));
    }
  }
}

/** Reads blocks in C order, where a block lies in one piece. */
function rowMajorReader(file: RandomAccessBytes, { dtype, dataOffset }: NpyLayout, length: number) {
  let staging = allocateNpy(dtype, 0) as NpyData;
  return (start: number, rows: number, into: Float32Array): void => {
    const first = start * length;
    const count = rows * length;
    const offset = dataOffset + first * staging.BYTES_PER_ELEMENT;
    if (dtype === 'float32') {
      file.readAt(offset, bytesOf(into.subarray(0, count)));
      return;
    }
    if (staging.length < count) staging = allocateNpy(dtype, count);
    const values = staging.subarray(0, count);
    file.readAt(offset, bytesOf(values));
    checkBooleans(dtype, values, offset);
    narrow(values, into, 0, 1, (i) => first + i);
  };
}

/** Where each element of a record, counted in C order, stands when the first index runs fastest. */
function fortranPlaces(shape: Shape): Uint32Array {
  const places = new Uint32Array(elementCount(shape));
  const index = new Array<number>(shape.length).fill(0);
  for (let element = 0; element < places.length; element++) {
    places[element] = shape.reduceRight((place, dimension, axis) => place * dimension + index[axis], 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return places;
}

/** Reads blocks in Fortran order, where the records' first elements lie together, then the second ones, and so on. */
function columnMajorReader(file: RandomAccessBytes, layout: NpyLayout, length: number) {
  const { dtype, dataOffset } = layout;
  const [count, ...recordShape] = layout.shape;
  // A file without records may claim any size of them.
  const places = count === 0 ? new Uint32Array(0) : fortranPlaces(recordShape);
  let staging = allocateNpy(dtype, 0) as NpyData;
  return (start: number, rows: number, into: Float32Array): void => {
    if (rows === 0) return;
    if (staging.length < rows) staging = allocateNpy(dtype, rows);
    const values = staging.subarray(0, rows);
    for (let element = 0; element < length; element++) {
      const offset = dataOffset + (places[element] * count + start) * values.BYTES_PER_ELEMENT;
      file.readAt(offset, bytesOf(values));
      checkBooleans(dtype, values, offset);
      narrow(values, into, element, length, (i) => (start + i) * length + element);
    }
  };
}

function checkFinite(values: Float32Array, firstRow: number, length: number, where: string): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw inputError(
        'not-finite',
        `${where}: row ${firstRow + Math.floor(i / length)} holds ${values[i]}`,
        'Remove or repair that record.',
      );
    }
  }
}

/** Throws `no-records` (input) for arrays without a first axis, and for records without a value. */
export function requireRecords(shape: Shape, where: string): void {
  const [count, ...recordShape] = shape;
  if (count !== undefined && (elementCount(recordShape) > 0 || count === 0)) return;
  throw inputError(
    'no-records',
    `${where}: an array of shape [${shape.join(', ')}] has no records along a first axis`,
    'Give one sample per row (first axis).',
  );
}

/**
 * The records along the first axis of a `.npy` file of any numeric type, rounded to float32; `where` names the file in
 * errors. Only the block that is read is in memory. Throws `bad-npy`, `npy-…`, and `not-finite` while it is read.
 */
export function openNpyRecords(file: RandomAccessBytes, where: string): RecordSource {
  const layout = withErrorContext(where, () => readNpyLayout(file));
  requireRecords(layout.shape, where);
  const [count, ...shape] = layout.shape;
  const length = elementCount(shape);
  const reader = (layout.fortranOrder ? columnMajorReader : rowMajorReader)(file, layout, length);
  return {
    count,
    shape,
    read(start, rows, into) {
      withErrorContext(where, () => reader(start, rows, into));
      checkFinite(into.subarray(0, rows * length), start, length, where);
    },
    close: () => file.close(),
  };
}

/** The records of `source` that `order` names, in that order. */
export function pickRecords(source: RecordSource, order: ArrayLike<number>): RecordSource {
  const length = recordLengthOf(source);
  return {
    ...source,
    count: order.length,
    read(start, rows, into) {
      for (let row = 0; row < rows; row++) source.read(order[start + row], 1, into.subarray(row * length));
    },
  };
}

/** 2 GiB, in float32 values. */
const MAX_VALUES_IN_MEMORY = 2 ** 29;

/** All records as one array whose axis 0 counts them. Throws `too-large` for what training cannot hold in memory. */
export function readAllRecords(source: RecordSource, where: string): { shape: Shape; data: Float32Array } {
  const values = source.count * recordLengthOf(source);
  if (values > MAX_VALUES_IN_MEMORY) {
    throw unsupportedError(
      'too-large',
      `${where}: ${counted(source.count, 'record')} of ${counted(recordLengthOf(source), 'value')} take ${(values / 2 ** 28).toFixed(1)} GiB of memory at once, and 2 GiB is the limit`,
      'Use fewer records here; "tinyml convert MODEL --calibration" and "tinyml predict --input -o" read files of any size.',
    );
  }
  const data = new Float32Array(source.count * recordLengthOf(source));
  source.read(0, source.count, data);
  return { shape: [source.count, ...source.shape], data };
}
