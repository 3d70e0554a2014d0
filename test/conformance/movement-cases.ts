/**
 * Operators that move elements, by coordinates: for every place of an output, where in which input its element was.
 * The same drawing serves int8 and float32.
 */

import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  drawQuant,
  drawScale,
  drawShape,
  floatOperand,
  int8Operand,
  int8Type,
  int16Operand,
  int16Type,
  oneOf,
} from './draw.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';

type Place = readonly number[];

interface Movement<Attributes> {
  readonly attributes: Attributes;
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
  /** Input and place there; undefined for padding with 0. */
  readonly from: (at: Place, output: number) => readonly [input: number, at: Place] | undefined;
  /** Operands behind the inputs. */
  readonly constants?: readonly Operand[];
}

type Draw<Attributes> = (random: Random, index: number) => Movement<Attributes>;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** All places of a shape, the last axis fastest. */
function placesOf(shape: Shape): Place[] {
  return shape.reduce<Place[]>(
    (places, size) => places.flatMap((place) => range(size).map((at) => [...place, at])),
    [[]],
  );
}

function flat(shape: Shape, place: Place): number {
  return place.reduce((at, own, axis) => at * shape[axis] + own, 0);
}

function run<Attributes>(
  { attributes, inputs, outputs, from, constants = [] }: Movement<Attributes>,
  operands: readonly Operand[],
  typeOf: (shape: Shape) => TensorType,
  zero: number,
): FloatCase<Attributes> {
  const [first, ...more] = outputs.map((shape, output) => ({
    output: typeOf(shape),
    expected: placesOf(shape).map((at) => {
      const source = from(at, output);
      return source === undefined
        ? zero
        : Number(operands[source[0]].data[flat(inputs[source[0]], source[1])]);
    }),
  }));
  return { attributes, operands: [...operands, ...constants], ...first, more };
}

function int8Movement<Attributes>(
  draw: Draw<Attributes>,
): (random: Random, index: number) => Case<Attributes> {
  return (random, index) => {
    const movement = draw(random, index);
    const quant = drawQuant(random);
    const operands = movement.inputs.map((shape) => int8Operand(random, shape, quant, index));
    return run(movement, operands, (shape) => int8Type(shape, quant), quant.zeroPoint);
  };
}

/** What TFLM pads with is the raw 0, and all zero points are 0. */
function int16Movement<Attributes>(
  draw: Draw<Attributes>,
): (random: Random, index: number) => Case<Attributes> {
  return (random, index) => {
    const movement = draw(random, index);
    const quant = drawScale(random);
    const operands = movement.inputs.map((shape) => int16Operand(random, shape, quant, index));
    return run(movement, operands, (shape) => int16Type(shape, quant), 0);
  };
}

function floatMovement<Attributes>(
  draw: Draw<Attributes>,
): (random: Random, index: number) => FloatCase<Attributes> {
  return (random, index) => {
    const movement = draw(random, index);
    const operands = movement.inputs.map((shape) => floatOperand(random, shape));
    return run(movement, operands, (shape) => ({ dtype: 'float32', shape }), 0);
  };
}

function plainMovement<Attributes>(
  draw: Draw<Attributes>,
  operandOf: (random: Random, shape: Shape) => Operand,
): (random: Random, index: number) => Case<Attributes> {
  return (random, index) => {
    const movement = draw(random, index);
    const operands = movement.inputs.map((shape) => operandOf(random, shape));
    const [{ type }] = operands;
    return run(movement, operands, (shape) => ({ dtype: type.dtype, shape }), 0);
  };
}

function drawAxis(random: Random, rank: number): { axis: number; given: number } {
  const axis = random.below(rank);
  return { axis, given: oneOf(random, [axis, axis - rank]) };
}

const concatenation: Draw<AttributesOf<'concatenation'>> = (random) => {
  const shape = drawShape(random);
  const { axis, given } = drawAxis(random, shape.length);
  const inputs = range(1 + random.below(4)).map(() => shape.with(axis, 1 + random.below(3)));
  return {
    attributes: { axis: given, activation: 'none' },
    inputs,
    outputs: [shape.with(axis, total(inputs.map((input) => input[axis])))],
    from(at) {
      let [input, own] = [0, at[axis]];
      while (own >= inputs[input][axis]) own -= inputs[input++][axis];
      return [input, at.with(axis, own)];
    },
  };
};

const pack: Draw<AttributesOf<'pack'>> = (random) => {
  const shape = drawShape(random, 3);
  const { axis, given } = drawAxis(random, shape.length + 1);
  const count = 1 + random.below(4);
  return {
    attributes: { axis: given },
    inputs: range(count).map(() => shape),
    outputs: [shape.toSpliced(axis, 0, count)],
    from: (at) => [at[axis], at.toSpliced(axis, 1)],
  };
};

const unpack: Draw<AttributesOf<'unpack'>> = (random) => {
  const shape = drawShape(random);
  const { axis, given } = drawAxis(random, shape.length);
  return {
    attributes: { axis: given },
    inputs: [shape],
    outputs: range(shape[axis]).map(() => shape.toSpliced(axis, 1)),
    from: (at, output) => [0, at.toSpliced(axis, 0, output)],
  };
};

const split: Draw<AttributesOf<'split'>> = (random) => {
  const piece = drawShape(random);
  const { axis, given } = drawAxis(random, piece.length);
  const count = 1 + random.below(4);
  return {
    attributes: { axis: given, count },
    inputs: [piece.with(axis, piece[axis] * count)],
    outputs: range(count).map(() => piece),
    from: (at, output) => [0, at.with(axis, output * piece[axis] + at[axis])],
  };
};

const splitV: Draw<AttributesOf<'split_v'>> = (random) => {
  const shape = drawShape(random);
  const { axis, given } = drawAxis(random, shape.length);
  const sizes = range(1 + random.below(4)).map(() => 1 + random.below(3));
  return {
    attributes: { axis: given, sizes },
    inputs: [shape.with(axis, total(sizes))],
    outputs: sizes.map((size) => shape.with(axis, size)),
    from: (at, output) => [0, at.with(axis, total(sizes.slice(0, output)) + at[axis])],
  };
};

function drawPaddings(random: Random, shape: Shape): [number, number][] {
  return shape.map(() => [random.below(3), random.below(3)]);
}

const padded = (shape: Shape, paddings: readonly (readonly [number, number])[]): Shape =>
  shape.map((size, axis) => size + total(paddings[axis]));

const pad: Draw<AttributesOf<'pad'>> = (random) => {
  const shape = drawShape(random, 5);
  const paddings = drawPaddings(random, shape);
  return {
    attributes: { paddings },
    inputs: [shape],
    outputs: [padded(shape, paddings)],
    from(at) {
      const own = at.map((x, axis) => x - paddings[axis][0]);
      return own.every((x, axis) => x >= 0 && x < shape[axis]) ? [0, own] : undefined;
    },
  };
};

const padv2: Draw<AttributesOf<'padv2'>> = (random, index) => {
  const plain = pad(random, index);
  const value = oneOf<Shape>(random, [[], [1]]);
  return {
    ...plain,
    inputs: [...plain.inputs, value],
    from: (at, output) => plain.from(at, output) ?? [1, value.map(() => 0)],
  };
};

/** … c b a [a b c] c b a …, or … c b [a b c] b a …, looked up in one long row of images. */
const mirrorPad: Draw<AttributesOf<'mirror_pad'>> = (random) => {
  const mode = oneOf(random, ['reflect', 'symmetric'] as const);
  const skip = mode === 'reflect' ? 1 : 0;
  const shape = drawShape(random).map((size) => size + skip);
  const most = (size: number): number => random.below(size - skip + 1);
  const paddings = shape.map((size): [number, number] => [most(size), most(size)]);
  const rows = shape.map((size, axis) => {
    const forward = range(size);
    const backward = forward.toReversed();
    const before = skip ? backward.slice(0, -1) : backward;
    const after = skip ? backward.slice(1) : backward;
    const start = before.length - paddings[axis][0];
    return [...before, ...forward, ...after].slice(start, start + size + total(paddings[axis]));
  });
  return {
    attributes: { paddings, mode },
    inputs: [shape],
    outputs: [padded(shape, paddings)],
    from: (at) => [0, at.map((x, axis) => rows[axis][x])],
  };
};

/** Python's `range(size)[begin:end:stride]`; undefined stands for a masked end. */
function sliced(size: number, begin: number | undefined, end: number | undefined, stride: number): number[] {
  const place = (x: number): number => (x < 0 ? x + size : x);
  if (stride > 0) {
    const first = Math.max(0, place(begin ?? 0));
    const last = end === undefined ? size : place(end);
    return range(size).filter((x) => x >= first && x < last && (x - first) % stride === 0);
  }
  const first = Math.min(size - 1, begin === undefined ? size - 1 : place(begin));
  const last = end === undefined ? -1 : place(end);
  return range(size)
    .toReversed()
    .filter((x) => x <= first && x > last && (first - x) % stride === 0);
}

const stridedSlice: Draw<AttributesOf<'strided_slice'>> = (random) => {
  const shape = drawShape(random).map((size) => size + 2);
  const axes = shape.map((size) => {
    for (;;) {
      const shrink = random.below(4) === 0;
      const [begin, end] = [random.below(2 * size + 2) - size - 1, random.below(2 * size + 4) - size - 2];
      const stride = shrink ? 1 : oneOf(random, [1, 1, 2, 3, -1, -2]);
      const [maskBegin, maskEnd] = [random.below(4) === 0, random.below(4) === 0];
      const list = sliced(size, maskBegin ? undefined : begin, maskEnd ? undefined : end, stride);
      const only = maskBegin ? 0 : begin < 0 ? begin + size : begin;
      if (shrink && only >= 0 && only < size) {
        return { begin, end, stride, maskBegin, maskEnd, shrink, list: [only] };
      }
      if (!shrink && list.length > 0) return { begin, end, stride, maskBegin, maskEnd, shrink, list };
    }
  });
  const mask = (of: (axis: (typeof axes)[number]) => boolean): number =>
    total(axes.map((axis, i) => (of(axis) ? 2 ** i : 0)));
  return {
    attributes: {
      begin: axes.map(({ begin }) => begin),
      end: axes.map(({ end }) => end),
      strides: axes.map(({ stride }) => stride),
      beginMask: mask(({ maskBegin }) => maskBegin),
      endMask: mask(({ maskEnd }) => maskEnd),
      shrinkAxisMask: mask(({ shrink }) => shrink),
    },
    inputs: [shape],
    outputs: [axes.filter(({ shrink }) => !shrink).map(({ list }) => list.length)],
    from(at) {
      const rest = [...at];
      return [0, axes.map(({ shrink, list }) => list[shrink ? 0 : (rest.shift() as number)])];
    },
  };
};

const slice: Draw<AttributesOf<'slice'>> = (random) => {
  const shape = drawShape(random, 5);
  const begin = shape.map((size) => random.below(size));
  const size = shape.map((whole, axis) => oneOf(random, [-1, 1 + random.below(whole - begin[axis])]));
  return {
    attributes: { begin, size },
    inputs: [shape],
    outputs: [size.map((count, axis) => (count === -1 ? shape[axis] - begin[axis] : count))],
    from: (at) => [0, at.map((x, axis) => x + begin[axis])],
  };
};

const transpose: Draw<AttributesOf<'transpose'>> = (random) => {
  const shape = drawShape(random, 5);
  const permutation = Array.from(random.permutation(shape.length));
  return {
    attributes: { permutation },
    inputs: [shape],
    outputs: [permutation.map((axis) => shape[axis])],
    from: (at) => [0, shape.map((_, axis) => at[permutation.indexOf(axis)])],
  };
};

const squeeze: Draw<AttributesOf<'squeeze'>> = (random) => {
  const shape = [...drawShape(random), 1, 2];
  const ones = shape.flatMap((size, axis) => (size === 1 ? [axis] : []));
  const some = ones.filter(() => random.below(2) === 0);
  const dropped = some.length === 0 ? ones : some;
  return {
    attributes: { axes: some.map((axis) => oneOf(random, [axis, axis - shape.length])) },
    inputs: [shape],
    outputs: [shape.filter((_, axis) => !dropped.includes(axis))],
    from(at) {
      const rest = [...at];
      return [0, shape.map((_, axis) => (dropped.includes(axis) ? 0 : (rest.shift() as number)))];
    },
  };
};

const expandDims: Draw<AttributesOf<'expand_dims'>> = (random) => {
  const shape = drawShape(random);
  const { axis, given } = drawAxis(random, shape.length + 1);
  return {
    attributes: { axis: given },
    inputs: [shape],
    outputs: [shape.toSpliced(axis, 0, 1)],
    from: (at) => [0, at.toSpliced(axis, 1)],
  };
};

const gather: Draw<AttributesOf<'gather'>> = (random) => {
  const shape = drawShape(random);
  const { axis, given } = drawAxis(random, shape.length);
  const batchDims = random.below(axis + 1);
  const own = drawShape(random, 2);
  const indexShape = [...shape.slice(0, batchDims), ...own];
  const data = Int32Array.from({ length: elementCount(indexShape) }, () => random.below(shape[axis]));
  return {
    attributes: { axis: given, batchDims: oneOf(random, [batchDims, batchDims - indexShape.length]) },
    inputs: [shape],
    outputs: [[...shape.slice(0, axis), ...own, ...shape.slice(axis + 1)]],
    constants: [{ type: { dtype: 'int32', shape: indexShape }, data, constant: true }],
    from(at) {
      const pick = [...at.slice(0, batchDims), ...at.slice(axis, axis + own.length)];
      return [0, [...at.slice(0, axis), data[flat(indexShape, pick)], ...at.slice(axis + own.length)]];
    },
  };
};

const f = Math.fround;

const resizeNearestNeighbor: Draw<AttributesOf<'resize_nearest_neighbor'>> = (random) => {
  const shape = range(4).map(() => 1 + random.below(5));
  const size = [1 + random.below(9), 1 + random.below(9)] as const;
  const [alignCorners, halfPixelCenters] = [random.below(2) === 0, random.below(2) === 0];
  const nearest = (x: number, from: number, to: number): number => {
    const scale = f(alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
    const place = f((halfPixelCenters ? x + 0.5 : x) * scale);
    return Math.min(from - 1, Math.floor(alignCorners ? place + 0.5 : place));
  };
  return {
    attributes: { size, alignCorners, halfPixelCenters },
    inputs: [shape],
    outputs: [[shape[0], ...size, shape[3]]],
    from: ([batch, y, x, c]) => [0, [batch, nearest(y, shape[1], size[0]), nearest(x, shape[2], size[1]), c]],
  };
};

/** A pixel of block (y, x) at (row, column) has its channels at (row · blockSize + column) · channels. */
const spaceToDepth: Draw<AttributesOf<'space_to_depth'>> = (random) => {
  const blockSize = 1 + random.below(3);
  const [batches, height, width, channels] = range(4).map(() => 1 + random.below(3));
  return {
    attributes: { blockSize },
    inputs: [[batches, height * blockSize, width * blockSize, channels]],
    outputs: [[batches, height, width, channels * blockSize ** 2]],
    from([batch, y, x, depth]) {
      const block = Math.floor(depth / channels);
      const [row, column] = [Math.floor(block / blockSize), block % blockSize];
      return [0, [batch, y * blockSize + row, x * blockSize + column, depth % channels]];
    },
  };
};

const depthToSpace: Draw<AttributesOf<'depth_to_space'>> = (random) => {
  const blockSize = 1 + random.below(3);
  const [batches, height, width, channels] = range(4).map(() => 1 + random.below(3));
  return {
    attributes: { blockSize },
    inputs: [[batches, height, width, channels * blockSize ** 2]],
    outputs: [[batches, height * blockSize, width * blockSize, channels]],
    from([batch, y, x, c]) {
      const block = (y % blockSize) * blockSize + (x % blockSize);
      return [0, [batch, Math.floor(y / blockSize), Math.floor(x / blockSize), block * channels + c]];
    },
  };
};

function drawBlocks(random: Random): {
  images: number[];
  block: number[];
  batches: number;
  channels: number;
} {
  const axes = 1 + random.below(2);
  const few = (): number => 1 + random.below(3);
  return { images: range(axes).map(few), block: range(axes).map(few), batches: few(), channels: few() };
}

const spaceToBatchNd: Draw<AttributesOf<'space_to_batch_nd'>> = (random) => {
  const { images, block, batches, channels } = drawBlocks(random);
  const blocks = elementCount(block);
  return {
    attributes: { blockShape: block, paddings: block.map(() => [0, 0] as const) },
    inputs: [[batches, ...images.map((size, i) => size * block[i]), channels]],
    outputs: [[batches * blocks, ...images, channels]],
    from([packed, ...rest]) {
      const part = Math.floor(packed / batches);
      const parts = block.length === 2 ? [Math.floor(part / block[1]), part % block[1]] : [part];
      const pixel = parts.map((own, i) => rest[i] * block[i] + own);
      return [0, [packed % batches, ...pixel, rest[rest.length - 1]]];
    },
  };
};

const batchToSpaceNd: Draw<AttributesOf<'batch_to_space_nd'>> = (random) => {
  const { images, block, batches, channels } = drawBlocks(random);
  const whole = images.map((size, i) => size * block[i]);
  const crops = whole.map((size): [number, number] => {
    const before = random.below(size);
    return [before, random.below(size - before)];
  });
  return {
    attributes: { blockShape: block, crops },
    inputs: [[batches * elementCount(block), ...images, channels]],
    outputs: [[batches, ...whole.map((size, i) => size - total(crops[i])), channels]],
    from([batch, ...rest]) {
      const pixel = block.map((_, i) => rest[i] + crops[i][0]);
      const part = pixel.reduce((at, x, i) => at * block[i] + (x % block[i]), 0);
      const places = pixel.map((x, i) => Math.floor(x / block[i]));
      return [0, [part * batches + batch, ...places, rest[rest.length - 1]]];
    },
  };
};

const broadcastTo: Draw<AttributesOf<'broadcast_to'>> = (random) => {
  const shape = drawShape(random, 5);
  const input = shape.map((size) => oneOf(random, [size, 1])).slice(random.below(shape.length + 1));
  const lead = shape.length - input.length;
  return {
    attributes: { shape },
    inputs: [input],
    outputs: [shape],
    from: (at) => [0, input.map((size, axis) => (size === 1 ? 0 : at[lead + axis]))],
  };
};

const fill: Draw<AttributesOf<'fill'>> = (random) => {
  const shape = drawShape(random);
  return { attributes: { shape }, inputs: [[]], outputs: [shape], from: () => [0, []] };
};

const gatherNd: Draw<AttributesOf<'gather_nd'>> = (random) => {
  const shape = drawShape(random);
  const depth = 1 + random.below(shape.length);
  const lead = drawShape(random, 2);
  const data = Int32Array.from({ length: elementCount(lead) * depth }, (_, i) =>
    random.below(shape[i % depth]),
  );
  return {
    attributes: {},
    inputs: [shape],
    outputs: [[...lead, ...shape.slice(depth)]],
    constants: [{ type: { dtype: 'int32', shape: [...lead, depth] }, data, constant: true }],
    from(at) {
      const first = flat(lead, at.slice(0, lead.length)) * depth;
      return [0, [...data.slice(first, first + depth), ...at.slice(lead.length)]];
    },
  };
};

const reverseV2: Draw<AttributesOf<'reverse_v2'>> = (random) => {
  const shape = drawShape(random, 6);
  const first = random.below(shape.length);
  const axes = range(1 + random.below(shape.length - first)).map((axis) => first + axis);
  return {
    attributes: { axes },
    inputs: [shape],
    outputs: [shape],
    from: (at) => [0, at.map((x, axis) => (axes.includes(axis) ? shape[axis] - 1 - x : x))],
  };
};

const tile: Draw<AttributesOf<'tile'>> = (random) => {
  const shape = drawShape(random);
  const multiples = shape.map(() => 1 + random.below(3));
  return {
    attributes: { multiples },
    inputs: [shape],
    outputs: [shape.map((size, axis) => size * multiples[axis])],
    from: (at) => [0, at.map((x, axis) => x % shape[axis])],
  };
};

/** One row for every operator that only moves elements. */
export const int8Movements = {
  batch_to_space_nd: int8Movement(batchToSpaceNd),
  broadcast_to: int8Movement(broadcastTo),
  concatenation: int8Movement(concatenation),
  depth_to_space: int8Movement(depthToSpace),
  expand_dims: int8Movement(expandDims),
  fill: int8Movement(fill),
  gather: int8Movement(gather),
  gather_nd: int8Movement(gatherNd),
  mirror_pad: int8Movement(mirrorPad),
  pack: int8Movement(pack),
  pad: int8Movement(pad),
  padv2: int8Movement(padv2),
  resize_nearest_neighbor: int8Movement(resizeNearestNeighbor),
  reverse_v2: int8Movement(reverseV2),
  slice: int8Movement(slice),
  space_to_batch_nd: int8Movement(spaceToBatchNd),
  space_to_depth: int8Movement(spaceToDepth),
  split: int8Movement(split),
  split_v: int8Movement(splitV),
  squeeze: int8Movement(squeeze),
  strided_slice: int8Movement(stridedSlice),
  tile: int8Movement(tile),
  transpose: int8Movement(transpose),
  unpack: int8Movement(unpack),
} as const;

export const floatMovements = {
  batch_to_space_nd: floatMovement(batchToSpaceNd),
  broadcast_to: floatMovement(broadcastTo),
  concatenation: floatMovement(concatenation),
  depth_to_space: floatMovement(depthToSpace),
  expand_dims: floatMovement(expandDims),
  fill: floatMovement(fill),
  gather: floatMovement(gather),
  gather_nd: floatMovement(gatherNd),
  mirror_pad: floatMovement(mirrorPad),
  pack: floatMovement(pack),
  pad: floatMovement(pad),
  padv2: floatMovement(padv2),
  resize_nearest_neighbor: floatMovement(resizeNearestNeighbor),
  reverse_v2: floatMovement(reverseV2),
  slice: floatMovement(slice),
  space_to_batch_nd: floatMovement(spaceToBatchNd),
  space_to_depth: floatMovement(spaceToDepth),
  split: floatMovement(split),
  split_v: floatMovement(splitV),
  squeeze: floatMovement(squeeze),
  strided_slice: floatMovement(stridedSlice),
  tile: floatMovement(tile),
  transpose: floatMovement(transpose),
  unpack: floatMovement(unpack),
} as const;

/** Of those that TFLM has in int16. */
export const int16Movements = {
  broadcast_to: int16Movement(broadcastTo),
  concatenation: int16Movement(concatenation),
  expand_dims: int16Movement(expandDims),
  pack: int16Movement(pack),
  pad: int16Movement(pad),
  padv2: int16Movement(padv2),
  resize_nearest_neighbor: int16Movement(resizeNearestNeighbor),
  reverse_v2: int16Movement(reverseV2),
  slice: int16Movement(slice),
  split: int16Movement(split),
  split_v: int16Movement(splitV),
  squeeze: int16Movement(squeeze),
  strided_slice: int16Movement(stridedSlice),
  transpose: int16Movement(transpose),
  unpack: int16Movement(unpack),
} as const;

type OperandOf = (random: Random, shape: Shape) => Operand;

/** Of those that TFLM has in int32. */
export const int32Movements = (operandOf: OperandOf) => ({
  ...boolMovements(operandOf),
  fill: plainMovement(fill, operandOf),
  pack: plainMovement(pack, operandOf),
  pad: plainMovement(pad, operandOf),
  padv2: plainMovement(padv2, operandOf),
  split: plainMovement(split, operandOf),
  split_v: plainMovement(splitV, operandOf),
  unpack: plainMovement(unpack, operandOf),
});

/** Of those that TFLM has in bool. */
export const boolMovements = (operandOf: OperandOf) => ({
  broadcast_to: plainMovement(broadcastTo, operandOf),
  concatenation: plainMovement(concatenation, operandOf),
  reverse_v2: plainMovement(reverseV2, operandOf),
  slice: plainMovement(slice, operandOf),
  squeeze: plainMovement(squeeze, operandOf),
  strided_slice: plainMovement(stridedSlice, operandOf),
  tile: plainMovement(tile, operandOf),
});
