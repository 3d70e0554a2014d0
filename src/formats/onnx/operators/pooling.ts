/** Windows that take the largest value, the average or the root of the mean square of what they cover. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { ImageShape } from '../../../ops/window.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import {
  asImageShape,
  channelsFirst,
  channelsLast,
  namedPadding,
  type OnnxWindow,
  onnxWindow,
} from '../images.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';

/** How a window slides along one axis. */
interface Sliding {
  readonly size: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  /** What the file says. */
  readonly behind: number;
  /** What the last window covers behind the image. */
  readonly covered: number;
  readonly count: number;
}

const COVERS_NOTHING = 'are so large that a window covers nothing of the image';
/** More than any image of a microcontroller has. */
const MOST_REACH = 2 ** 16;

function slidingAlong(node: OnnxNode, window: OnnxWindow, image: ImageShape, axis: 0 | 1): Sliding {
  const [size, filter] = [image[axis + 1], window.filter[axis]];
  const [stride, dilation] = [window.strides[axis], window.dilations[axis]];
  const { top, bottom, left, right } = window.pads;
  const [before, behind] = axis === 0 ? [top, bottom] : [left, right];
  if (Math.min(before, behind) < 0) throw refuseAttribute('pads', 'are negative');
  const reach = (filter - 1) * dilation + 1;
  if (reach > MOST_REACH) throw refuseAttribute('kernel_shape', `reaches over ${reach} pixels`);
  if (Math.max(before, behind) >= reach) throw refuseAttribute('pads', COVERS_NOTHING);
  const isCeil = node.integer('ceil_mode', 0) === 1 && node.text('auto_pad', 'NOTSET') === 'NOTSET';
  const steps = (before + size + behind - reach) / stride;
  const most = (isCeil ? Math.ceil(steps) : Math.floor(steps)) + 1;
  // A window that begins behind the image is left out.
  const count = isCeil && (most - 1) * stride >= before + size ? most - 1 : most;
  if (count < 1) throw inputError('operation-shape', `its window of ${reach} does not fit into ${size}.`);
  const covered = Math.max(0, (count - 1) * stride + reach - size - before);
  return { size, filter, stride, dilation, before, behind, covered, count };
}

/** How many taps of each window along an axis count: those on the image, or on the padding of the file as well. */
function countsAlong(sliding: Sliding, withPadding: boolean): number[] {
  const { size, filter, stride, dilation, before, behind, count } = sliding;
  const [from, to] = withPadding ? [-before, size + behind] : [0, size];
  return Array.from({ length: count }, (_, position) => {
    const first = position * stride - before;
    const beginning = Math.max(0, Math.ceil((from - first) / dilation));
    return Math.max(0, Math.min(filter, Math.ceil((to - first) / dilation)) - beginning);
  });
}

/** A window over an image with the channels last, with no more behind the image than it covers. */
interface Pooling {
  readonly node: OnnxNode;
  readonly image: Operand;
  readonly window: OnnxWindow;
  readonly along: readonly [Sliding, Sliding];
}

function poolingOf(node: OnnxNode): Pooling {
  const sizes = node.integers('kernel_shape');
  if (sizes === undefined) throw inputError('onnx-attribute', 'its attribute "kernel_shape" is missing.');
  const given = onnxWindow(node, sizes);
  const image = channelsLast(node, node.input(0));
  const shape = asImageShape(image);
  const along = [slidingAlong(node, given, shape, 0), slidingAlong(node, given, shape, 1)] as const;
  if (along.some((sliding) => countsAlong(sliding, false).includes(0))) {
    throw refuseAttribute('pads', COVERS_NOTHING);
  }
  const [rows, columns] = along;
  const pads = { top: rows.before, bottom: rows.covered, left: columns.before, right: columns.covered };
  return { node, image, window: { ...given, pads }, along };
}

function isDilated({ window }: Pooling): boolean {
  return window.dilations.some((dilation) => dilation !== 1);
}

function padsOf({ along: [rows, columns] }: Pick<Pooling, 'along'>) {
  return [
    [0, 0],
    [rows.before, rows.covered],
    [columns.before, columns.covered],
    [0, 0],
  ] as const;
}

type Kind = 'average_pool_2d' | 'l2_pool_2d' | 'max_pool_2d';

function pooled(
  { node, window: { filter, strides } }: Pooling,
  kind: Kind,
  part: string,
  image: Operand,
  padding: 'same' | 'valid',
): Operand {
  return node.add(kind, part, { padding, strides, filter, activation: 'none' }, [image]);
}

/**
 * Pixels at the border once more where every window that reaches over it holds those pixels, too: what is repeated changes no
 * maximum, and no range. The least number of float32 elsewhere.
 */
function paddedForMaximum(pooling: Pooling): Operand {
  const { node, image, along } = pooling;
  const paddings = padsOf(pooling);
  const repeats = along.every(({ size, filter, before, covered }) => {
    const most = Math.max(before, covered);
    return 2 * most <= filter && most <= size;
  });
  if (repeats) return node.add('mirror_pad', 'padded', { paddings, mode: 'symmetric' }, [image]);
  const least = node.constant('least', [1], Float32Array.of(-3.4028234663852886e38));
  return node.add('padv2', 'padded', { paddings }, [image, least]);
}

/** The largest of the taps of a dilated window along one axis of the image, each a slice with the strides of the window. */
function largestAlong(node: OnnxNode, image: Operand, along: Sliding, axis: 1 | 2): Operand {
  const { filter, stride, dilation, count } = along;
  const taps = Array.from({ length: filter }, (_, tap) => {
    const begin = [0, 0, 0, 0].with(axis, tap * dilation);
    const end = [...image.type.shape].with(axis, tap * dilation + (count - 1) * stride + 1);
    const strides = [1, 1, 1, 1].with(axis, stride);
    const masks = { beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
    return node.add('strided_slice', `axis_${axis}/tap_${tap}`, { begin, end, strides, ...masks }, [image]);
  });
  return taps.reduce((largest, tap, index) =>
    node.add('maximum', `axis_${axis}/largest_${index}`, {}, [largest, tap]),
  );
}

const maxPool: LowerOnnx = (node) => {
  if (node.outputCount > 1) {
    throw unsupportedError(
      'unsupported-output',
      'its second output, where the largest values lie, is made by no operator of TensorFlow Lite Micro.',
      'Export the model without return_indices.',
    );
  }
  const pooling = poolingOf(node);
  const { image, window, along } = pooling;
  const padding = namedPadding(window, asImageShape(image));
  if (!isDilated(pooling)) {
    const padded = padding === undefined ? paddedForMaximum(pooling) : image;
    return channelsFirst(node, pooled(pooling, 'max_pool_2d', '', padded, padding ?? 'valid'));
  }
  const padded = padsOf(pooling)
    .flat()
    .every((amount) => amount === 0)
    ? image
    : paddedForMaximum(pooling);
  const rows = largestAlong(node, padded, along[0], 1);
  return channelsFirst(node, largestAlong(node, rows, along[1], 2));
};

/**
 * The share of all taps of a window, zeros around the image among them, as a depthwise convolution: unlike a pool it has
 * dilations, and in int8 a scale of its own, which is finer where averages stay nearer to zero than what they are made of.
 */
function averageOfAll({ node, image, window, ...pooling }: Pooling): Operand {
  const { filter, strides, dilations } = window;
  const given = namedPadding(window, asImageShape(image));
  const paddings = padsOf(pooling);
  const padded = given === undefined ? node.add('pad', 'padded', { paddings }, [image]) : image;
  const channels = image.type.shape[3];
  const area = filter[0] * filter[1];
  const weights = new Float32Array(area * channels).fill(1 / area);
  const kernel = node.constant('weights', [1, ...filter, channels], weights);
  const bias = node.constant('bias', [channels], new Float32Array(channels));
  const padding = given ?? 'valid';
  const options = { padding, strides, dilations, depthMultiplier: 1, activation: 'none' } as const;
  return node.add('depthwise_conv_2d', 'average', options, [padded, kernel, bias]);
}

/** Averages of windows of which all taps count, then what each has to be multiplied by. */
function paddedAverage(pooling: Pooling, withPadding: boolean): Operand {
  const { node, along } = pooling;
  const average = averageOfAll(pooling);
  const [rows, columns] = along.map((sliding) => countsAlong(sliding, withPadding));
  const area = along[0].filter * along[1].filter;
  const shares = rows.flatMap((row) => columns.map((column) => area / (row * column)));
  if (shares.every((share) => share === 1)) return average;
  const map = node.constant('shares', [1, rows.length, columns.length, 1], Float32Array.from(shares));
  return node.add('mul', 'shared', { activation: 'none' }, [average, map]);
}

const averagePool: LowerOnnx = (node) => {
  const pooling = poolingOf(node);
  const withPadding = node.integer('count_include_pad', 0) === 1;
  const padding = isDilated(pooling) ? undefined : namedPadding(pooling.window, asImageShape(pooling.image));
  const isOwn = padding === 'valid' || (padding === 'same' && !withPadding);
  const average = isOwn
    ? pooled(pooling, 'average_pool_2d', '', pooling.image, padding)
    : paddedAverage(pooling, withPadding);
  return channelsFirst(node, average);
};

function requireSquares(node: OnnxNode): void {
  const order = node.integer('p', 2);
  if (order !== 2) throw refuseAttribute('p', `is ${order}, and TensorFlow Lite Micro adds squares only`);
}

/** The root of a sum is that of the mean times the root of how many there are. */
const lpPool: LowerOnnx = (node) => {
  requireSquares(node);
  const pooling = poolingOf(node);
  if (isDilated(pooling)) throw refuseAttribute('dilations', 'are not 1');
  const paddings = padsOf(pooling);
  const isPadded = paddings.flat().some((amount) => amount > 0);
  const image = isPadded ? node.add('pad', 'padded', { paddings }, [pooling.image]) : pooling.image;
  const mean = pooled(pooling, 'l2_pool_2d', 'mean', image, 'valid');
  const taps = Math.sqrt(pooling.window.filter[0] * pooling.window.filter[1]);
  const factor = node.constant('taps', [1], Float32Array.of(taps));
  return channelsFirst(node, node.add('mul', 'sum', { activation: 'none' }, [mean, factor]));
};

function spatial(input: Operand): number[] {
  const axes = input.type.shape.map((_, axis) => axis).slice(2);
  if (axes.length > 0) return axes;
  throw inputError(
    'operation-shape',
    `its input has ${counted(input.type.shape.length, 'axis', 'axes')}, none of them spatial.`,
  );
}

function globally(kind: 'mean' | 'reduce_max'): LowerOnnx {
  return (node) => {
    const input = node.input(0);
    return node.add(kind, '', { axes: spatial(input), keepDims: true }, [input]);
  };
}

const globalLpPool: LowerOnnx = (node) => {
  requireSquares(node);
  const input = node.input(0);
  const squares = node.add('mul', 'squares', { activation: 'none' }, [input, input]);
  const sum = node.add('sum', 'sum', { axes: spatial(input), keepDims: true }, [squares]);
  return node.add('sqrt', '', {}, [sum]);
};

export const POOLS: OnnxOperators = {
  AveragePool: averagePool,
  GlobalAveragePool: globally('mean'),
  GlobalLpPool: globalLpPool,
  GlobalMaxPool: globally('reduce_max'),
  LpPool: lpPool,
  MaxPool: maxPool,
};
