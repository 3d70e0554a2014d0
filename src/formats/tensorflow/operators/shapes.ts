/** Operators that say how elements lie, which of them there are, or how many. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { allocate, elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { sizesOfStep } from '../../lowering/recurrent/step/sizes-of-step.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';

const reshape: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const wanted = sizesOfStep(node.numbers(1, 'shape') ?? [], elementCount(shape), node.steps);
  const given = elementCount(wanted.filter((size) => size !== -1));
  const newShape = wanted.map((size) => (size === -1 ? elementCount(shape) / given : size));
  if (elementCount(newShape) === elementCount(shape)) return node.reshape('', input, newShape);
  throw inputError('operation-shape', `it makes ${formatShape(wanted)} of ${formatShape(shape)}.`);
};

const squeeze: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const given = [...node.integers('squeeze_dims'), ...node.integers('axis')];
  const axes = given.map((axis) => axisOf(axis, shape.length));
  const wrong = axes.find((axis) => shape[axis] !== 1);
  if (wrong !== undefined) {
    throw inputError('operation-shape', `it drops axis ${wrong} of ${formatShape(shape)}.`);
  }
  const drops = (size: number, axis: number) => (axes.length === 0 ? size === 1 : axes.includes(axis));
  return node.reshape(
    '',
    input,
    shape.filter((size, axis) => !drops(size, axis)),
  );
};

const expandDims: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const axis = axisOf(node.number(1, 'axis'), shape.length + 1);
  return node.reshape('', input, shape.toSpliced(axis, 0, 1));
};

const transpose: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const permutation = node.numbers(1, 'permutation') ?? [];
  const isWhole = input.type.shape.every((_, axis) => permutation.includes(axis));
  if (isWhole && permutation.length === input.type.shape.length)
    return node.transpose('', input, permutation);
  throw inputError(
    'operation-shape',
    `it puts the axes of ${formatShape(input.type.shape)} in the order [${permutation.join(', ')}].`,
  );
};

function concatenated(node: TensorFlowNode, operands: readonly Operand[], axis: number): Operand {
  const filled = operands.filter(({ type }) => elementCount(type.shape) > 0);
  const [first = operands[0]] = filled;
  if (filled.length < 2) return first;
  const at = axisOf(axis, first.type.shape.length);
  return node.add('concatenation', '', { axis: at, activation: 'none' }, filled);
}

const concatV2: LowerTensorFlow = (node) => {
  const last = node.values.length - 1;
  return concatenated(node, node.operands().slice(0, last), node.number(last, 'axis'));
};

const concat: LowerTensorFlow = (node) =>
  concatenated(node, node.operands().slice(1), node.number(0, 'axis'));

const split: LowerTensorFlow = (node) => {
  const input = node.input(1);
  const axis = axisOf(node.number(0, 'axis'), input.type.shape.length);
  const count = node.integer('num_split');
  return count === 1 ? input : node.addMany('split', '', { axis, count }, [input]);
};

const splitV: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const axis = axisOf(node.number(2, 'axis'), input.type.shape.length);
  const given = node.numbers(1, 'sizes') ?? [];
  const rest = given.filter((size) => size !== -1).reduce((sum, size) => sum + size, 0);
  const sizes = given.map((size) => (size === -1 ? input.type.shape[axis] - rest : size));
  return node.addMany('split_v', '', { axis, sizes }, [input]);
};

const pack: LowerTensorFlow = (node) => {
  const operands = node.operands();
  const axis = axisOf(node.integer('axis', 0), operands[0].type.shape.length + 1);
  return node.add('pack', '', { axis }, operands);
};

const unpack: LowerTensorFlow = (node) => {
  const input = node.input(0);
  return node.addMany('unpack', '', { axis: axisOf(node.integer('axis', 0), input.type.shape.length) }, [
    input,
  ]);
};

const slice: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const { shape } = input.type;
  const begin = node.numbers(1, 'beginning') ?? [];
  const given = node.numbers(2, 'size') ?? [];
  const size = given.map((count, axis) => (count === -1 ? shape[axis] - begin[axis] : count));
  return node.add('slice', '', { begin, size }, [input]);
};

/** What one axis of the result is made of: a range of an axis, a place on one, or nothing. */
interface Subscript {
  readonly begin: number;
  readonly end: number;
  readonly stride: number;
  readonly beginMask: boolean;
  readonly endMask: boolean;
  readonly shrinks: boolean;
}

const WHOLE: Subscript = { begin: 0, end: 0, stride: 1, beginMask: true, endMask: true, shrinks: false };

function maskOf(subscripts: readonly Subscript[], has: (subscript: Subscript) => boolean): number {
  return subscripts.reduce((mask, subscript, axis) => mask + (has(subscript) ? 2 ** axis : 0), 0);
}

/** The ellipsis is spelled out, and new axes come by a reshape behind. */
const stridedSlice: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const begin = node.numbers(1, 'beginning') ?? [];
  const end = node.numbers(2, 'end') ?? [];
  const strides = node.numbers(3, 'strides') ?? [];
  const has = (name: string, place: number) => (node.integer(name, 0) & (1 << place)) !== 0;
  const isNew = (place: number) => has('new_axis_mask', place) && !has('ellipsis_mask', place);
  const places = begin.map((_, place) => place);
  const named = places.filter((place) => !has('ellipsis_mask', place) && !isNew(place)).length;
  if (named > rank || end.length !== begin.length || strides.length !== begin.length) {
    throw inputError(
      'operation-shape',
      `it has ${counted(named, 'subscript')} for ${formatShape(input.type.shape)}.`,
    );
  }
  const filling = new Array<Subscript>(rank - named).fill(WHOLE);
  const hasEllipsis = places.some((place) => has('ellipsis_mask', place));
  const spread = places.flatMap((place): readonly (Subscript | undefined)[] => {
    if (has('ellipsis_mask', place)) return filling;
    if (isNew(place)) return [undefined];
    return [
      {
        begin: begin[place],
        end: end[place],
        stride: strides[place],
        beginMask: has('begin_mask', place),
        endMask: has('end_mask', place),
        shrinks: has('shrink_axis_mask', place),
      },
    ];
  });
  const whole = hasEllipsis ? spread : [...spread, ...filling];
  const subscripts = whole.filter((one) => one !== undefined);
  const attributes = {
    begin: subscripts.map((one) => one.begin),
    end: subscripts.map((one) => one.end),
    strides: subscripts.map((one) => one.stride),
    beginMask: maskOf(subscripts, (one) => one.beginMask),
    endMask: maskOf(subscripts, (one) => one.endMask),
    shrinkAxisMask: maskOf(subscripts, (one) => one.shrinks),
  };
  const hasNew = whole.includes(undefined);
  const sliced = node.add('strided_slice', hasNew ? 'slice' : '', attributes, [input]);
  const sizes = sliced.type.shape.values();
  const newShape = whole.flatMap((one) => {
    if (one === undefined) return [1];
    return one.shrinks ? [] : [sizes.next().value ?? 1];
  });
  // Nothing is left out, as of a sequence of which one step is there.
  const isWhole =
    elementCount(sliced.type.shape) === elementCount(input.type.shape) &&
    subscripts.every(({ stride, shrinks }) => stride > 0 || shrinks);
  return node.reshape('', isWhole ? input : sliced, newShape);
};

const gather: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const axis = node.values.length > 2 ? axisOf(node.number(2, 'axis'), input.type.shape.length) : 0;
  return node.add('gather', '', { axis, batchDims: node.integer('batch_dims', 0) }, [input, node.input(1)]);
};

function pairsOf(
  node: TensorFlowNode,
  position: number,
  what: string,
): readonly (readonly [number, number])[] {
  const numbers = node.numbers(position, what) ?? [];
  return Array.from(
    { length: numbers.length / 2 },
    (_, axis) => [numbers[2 * axis], numbers[2 * axis + 1]] as const,
  );
}

const pad: LowerTensorFlow = (node) =>
  node.add('pad', '', { paddings: pairsOf(node, 1, 'paddings') }, [node.input(0)]);

const padV2: LowerTensorFlow = (node) =>
  node.add('padv2', '', { paddings: pairsOf(node, 1, 'paddings') }, [node.input(0), node.input(2)]);

const mirrorPad: LowerTensorFlow = (node) => {
  const mode = node.text('mode') === 'SYMMETRIC' ? 'symmetric' : 'reflect';
  return node.add('mirror_pad', '', { paddings: pairsOf(node, 1, 'paddings'), mode }, [node.input(0)]);
};

const tile: LowerTensorFlow = (node) =>
  node.add('tile', '', { multiples: node.numbers(1, 'multiples') ?? [] }, [node.input(0)]);

const fill: LowerTensorFlow = (node) => {
  const shape = node.numbers(0, 'shape') ?? [];
  return shape.length === 0 ? node.input(1) : node.add('fill', '', { shape }, [node.input(1)]);
};

const broadcastTo: LowerTensorFlow = (node) => {
  const shape = node.numbers(1, 'shape') ?? [];
  return node.add('broadcast_to', '', { shape }, [node.input(0)]);
};

/** More than any index has; a small file may ask for more. */
const MOST_IN_RANGE = 2 ** 20;

const range: LowerTensorFlow = (node) => {
  const [start, limit, delta] = [node.number(0, 'start'), node.number(1, 'limit'), node.number(2, 'delta')];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!(count <= MOST_IN_RANGE)) {
    throw unsupportedError('model-too-large', `it makes the numbers from ${start} to ${limit} by ${delta}.`);
  }
  const { dtype } = node.input(0).type;
  const data = allocate(dtype, count);
  for (let index = 0; index < count; index++) data[index] = start + index * delta;
  return { name: node.name, type: { dtype, shape: [count] }, data };
};

const shapeOf: LowerTensorFlow = (node) => {
  const { shape } = node.input(0).type;
  return node.known([shape.length], shape);
};

const BLOCK_AXES: Shape = [0, 2, 3, 1];

function blocks(kind: 'depth_to_space' | 'space_to_depth'): LowerTensorFlow {
  return (node) => {
    const attributes = { blockSize: node.integer('block_size') };
    if (node.text('data_format', 'NHWC') !== 'NCHW') return node.add(kind, '', attributes, [node.input(0)]);
    const last = node.transpose('channels_last', node.input(0), BLOCK_AXES);
    return node.transpose('', node.add(kind, 'blocks', attributes, [last]), [0, 3, 1, 2]);
  };
}

/** A number of every axis between batch and channels, though only the first of them are named. */
function forEachAxis<T>(node: TensorFlowNode, numbers: readonly T[], otherwise: T): readonly T[] {
  const missing = node.input(0).type.shape.length - 2 - numbers.length;
  return missing > 0 ? [...numbers, ...new Array<T>(missing).fill(otherwise)] : numbers;
}

const spaceToBatch: LowerTensorFlow = (node) => {
  const blockShape = forEachAxis(node, node.numbers(1, 'block shape') ?? [], 1);
  const paddings = forEachAxis(node, pairsOf(node, 2, 'paddings'), [0, 0]);
  return node.add('space_to_batch_nd', '', { blockShape, paddings }, [node.input(0)]);
};

const batchToSpace: LowerTensorFlow = (node) => {
  const blockShape = forEachAxis(node, node.numbers(1, 'block shape') ?? [], 1);
  const crops = forEachAxis(node, pairsOf(node, 2, 'crops'), [0, 0]);
  return node.add('batch_to_space_nd', '', { blockShape, crops }, [node.input(0)]);
};

/** Axes one behind another are reversed together. */
const reverse: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const rank = input.type.shape.length;
  const axes = (node.numbers(1, 'axes') ?? []).map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
  return axes.reduce<Operand>(
    (reversed, axis, index) =>
      node.add('reverse_v2', index === axes.length - 1 ? '' : `axis_${axis}`, { axes: [axis] }, [reversed]),
    input,
  );
};

/** Known as soon as its input's type is. */
const size: LowerTensorFlow = (node) => node.known([], [elementCount(node.input(0).type.shape)]);
const rank: LowerTensorFlow = (node) => node.known([], [node.input(0).type.shape.length]);

const onesLike: LowerTensorFlow = (node) => {
  const { shape } = node.input(0).type;
  const data = new Float32Array(elementCount(shape)).fill(1);
  return node.constant('', shape, data);
};

/** Places of what is known to be true. */
const where: LowerTensorFlow = (node) => {
  const condition = node.input(0);
  if (!isKnown(condition) || condition.type.shape.length !== 1) {
    throw unsupportedError(
      'dynamic-operand',
      'it lists the places of what is true, whose number is known only when it runs.',
      'Use tf.where with three arguments, which chooses elements.',
    );
  }
  const places = Array.from(condition.data, Number).flatMap((value, index) => (value === 0 ? [] : [index]));
  return node.known([places.length, 1], places);
};

export const SHAPES: TensorFlowOperators = {
  BatchToSpaceND: batchToSpace,
  BroadcastTo: broadcastTo,
  Concat: concat,
  ConcatV2: concatV2,
  DepthToSpace: blocks('depth_to_space'),
  ExpandDims: expandDims,
  Fill: fill,
  Gather: gather,
  GatherNd: (node) => node.add('gather_nd', '', {}, [node.input(0), node.input(1)]),
  GatherV2: gather,
  MirrorPad: mirrorPad,
  OnesLike: onesLike,
  Pack: pack,
  Pad: pad,
  PadV2: padV2,
  Range: range,
  Rank: rank,
  Reshape: reshape,
  ResourceGather: gather,
  ReverseV2: reverse,
  Shape: shapeOf,
  Size: size,
  Slice: slice,
  SpaceToBatchND: spaceToBatch,
  SpaceToDepth: blocks('space_to_depth'),
  Split: split,
  SplitV: splitV,
  Squeeze: squeeze,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack,
  Where: where,
};
