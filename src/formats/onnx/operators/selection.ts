/** Operators that choose elements by their places. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { isKnown, knownNumbers, type Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { knownOf } from './constants.ts';
import { reshaped } from './shapes.ts';

/** What is taken along one axis. */
export interface Run {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** As lists are sliced in Python, towards the front too. */
function runOf(size: number, from: number, to: number, step: number): Run {
  if (step === 0 || !Number.isInteger(step)) throw inputError('onnx-slice', `it slices with step ${step}.`);
  const place = (at: number): number => (at < 0 ? at + size : at);
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const start = clamp(place(from), step > 0 ? 0 : Math.min(0, most), most);
  const end = clamp(place(to), least, most);
  return { start, step, count: Math.max(0, Math.ceil((end - start) / step)) };
}

/** One run for each axis of the operand. */
export function sliced(node: OnnxNode, part: string, operand: Operand, runs: readonly Run[]): Operand {
  const { shape, dtype } = operand.type;
  const counts = runs.map(({ count }) => count);
  if (counts.includes(0)) {
    if (isKnown(operand)) return knownOf(node, dtype, counts, []);
    throw inputError('onnx-slice', `it leaves nothing of a tensor of shape ${formatShape(shape)}.`);
  }
  if (runs.every(({ step, count }, axis) => step === 1 && count === shape[axis])) return operand;
  if (runs.every(({ step }) => step === 1)) {
    return node.add('slice', part, { begin: runs.map(({ start }) => start), size: counts }, [operand]);
  }
  const ends = runs.map(({ start, step, count }) => start + (count - 1) * step + Math.sign(step));
  const attributes = {
    begin: runs.map(({ start }) => start),
    end: ends.map((end) => Math.max(0, end)),
    strides: runs.map(({ step }) => step),
    beginMask: 0,
    // Before the first element no number points.
    endMask: ends.reduce((mask, end, axis) => (end < 0 ? mask | (1 << axis) : mask), 0),
    shrinkAxisMask: 0,
  };
  return node.add('strided_slice', part, attributes, [operand]);
}

function whole(shape: Shape): Run[] {
  return shape.map((count) => ({ start: 0, step: 1, count }));
}

const slice: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const starts = node.numbersOf('starts', 1) ?? [];
  const ends = node.numbersOf('ends', 2) ?? [];
  const axes = node.numbersOf('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = node.numbers(4, 'steps') ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length)) {
    throw inputError('onnx-slice', 'its starts, ends, axes and steps are not as many.');
  }
  const runs = whole(shape);
  for (const [index, given] of axes.entries()) {
    const axis = axisOf(given, shape.length);
    runs[axis] = runOf(shape[axis], starts[index], ends[index], steps[index]);
  }
  return sliced(node, '', input, runs);
};

function placeIn(size: number): (index: number) => number {
  return (index) => {
    const place = index < 0 ? index + size : index;
    if (place >= 0 && place < size) return place;
    throw inputError('onnx-gather', `it takes element ${index} of an axis of ${size}.`);
  };
}

/** Known places that follow each other are a slice. */
const gather: LowerOnnx = (node) => {
  const [input, indices] = [node.input(0), node.input(1)];
  const { shape } = input.type;
  const axis = axisOf(node.integer('axis', 0), shape.length);
  const result = [...shape.slice(0, axis), ...indices.type.shape, ...shape.slice(axis + 1)];
  if (!isKnown(indices)) return node.add('gather', '', { axis, batchDims: 0 }, [input, indices]);
  const places = knownNumbers(indices, 'indices').map(placeIn(shape[axis]));
  if (places.length === 0) {
    if (isKnown(input)) return knownOf(node, input.type.dtype, result, []);
    throw inputError('onnx-gather', 'it takes no element.');
  }
  if (places.every((place, index) => place === places[0] + index)) {
    const runs = whole(shape).with(axis, { start: places[0], step: 1, count: places.length });
    return reshaped(node, sliced(node, 'slice', input, runs), result);
  }
  const known = knownOf(node, 'int32', indices.type.shape, places);
  return node.add('gather', '', { axis, batchDims: 0 }, [input, known]);
};

function knownIndices(node: OnnxNode): { readonly shape: Shape; readonly values: readonly number[] } {
  const indices = node.input(1);
  return { shape: indices.type.shape, values: knownNumbers(indices, 'list of indices') };
}

/** Where each element lies along one axis of a tensor of that shape. */
function placesAlong(shape: Shape, axis: number): (element: number) => number {
  const strides = stridesOf(shape);
  return (element) => Math.floor(element / strides[axis]) % shape[axis];
}

/** Batch axes become numbers of each index. */
const gatherNd: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const { shape: own, values } = knownIndices(node);
  const batches = node.integer('batch_dims', 0);
  const depth = own.at(-1) ?? 0;
  if (batches < 0 || batches >= own.length || depth < 1 || batches + depth > shape.length) {
    throw inputError('onnx-gather', `it takes indices ${formatShape(own)} of ${formatShape(shape)}.`);
  }
  const outer = own.slice(0, -1);
  const along = Array.from({ length: batches }, (_, axis) => placesAlong(outer, axis));
  const places = Array.from({ length: elementCount(outer) }, (_, at) => [
    ...along.map((place) => place(at)),
    ...Array.from({ length: depth }, (__, i) => placeIn(shape[batches + i])(values[at * depth + i])),
  ]);
  const known = knownOf(node, 'int32', [...outer, batches + depth], places.flat());
  return node.add('gather_nd', '', {}, [input, known]);
};

const gatherElements: LowerOnnx = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const { shape: own, values } = knownIndices(node);
  const axis = axisOf(node.integer('axis', 0), shape.length);
  if (own.length !== shape.length || own.some((size, at) => at !== axis && size > shape[at])) {
    throw inputError('onnx-gather', `it takes indices ${formatShape(own)} of ${formatShape(shape)}.`);
  }
  const along = own.map((_, at) => placesAlong(own, at));
  const place = placeIn(shape[axis]);
  const places = values.flatMap((index, element) =>
    along.map((placeOf, at) => (at === axis ? place(index) : placeOf(element))),
  );
  return node.add('gather_nd', '', {}, [input, knownOf(node, 'int32', [...own, own.length], places)]);
};

/** Compared with every number below the depth, and with those as counted from behind. */
const oneHot: LowerOnnx = (node) => {
  const indices = node.input(0);
  const depth = node.numbers(1, 'depth')?.[0] ?? 0;
  const [off, on] = node.numbers(2, 'values') ?? [];
  const { shape, dtype } = indices.type;
  const axis = axisOf(node.integer('axis', -1), shape.length + 1);
  const values = node.input(2).type.dtype;
  if (!(Number.isInteger(depth) && depth > 0 && depth <= 2 ** 16) || on === undefined) {
    throw unsupportedError('one-hot', `it has a depth of ${depth}.`);
  }
  const wide = node.reshape('wide', indices, shape.toSpliced(axis, 0, 1));
  const behind = new Array<number>(shape.length - axis).fill(1);
  const equal = (part: string, first: number): Operand => {
    const places = Array.from({ length: depth }, (_, at) => first + at);
    return node.add('equal', part, {}, [wide, knownOf(node, dtype, [depth, ...behind], places)]);
  };
  const isThere = node.add('logical_or', 'is', {}, [equal('place', 0), equal('place_behind', -depth)]);
  const choices = [knownOf(node, values, [1], [on]), knownOf(node, values, [1], [off])];
  return node.add('select_v2', '', {}, [isThere, ...choices], values);
};

/** Known conditions alone: the number of elements that are left depends on them. */
const compress: LowerOnnx = (node) => {
  if (!node.has('axis')) throw refuseAttribute('axis', 'is missing');
  const input = node.input(0);
  const axis = axisOf(node.integer('axis'), input.type.shape.length);
  const places = (node.numbers(1, 'condition') ?? []).flatMap((is, at) => (is === 0 ? [] : [at]));
  const known = knownOf(node, 'int32', [places.length], places.map(placeIn(input.type.shape[axis])));
  return node.add('gather', '', { axis, batchDims: 0 }, [input, known]);
};

export const SELECTIONS: OnnxOperators = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  OneHot: oneHot,
  Slice: slice,
};
