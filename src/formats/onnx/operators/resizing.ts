/** Images of other sizes, and images in blocks. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { nearestAxes } from '../../../ops/resizing/resize_nearest_neighbor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { channelsFirst, channelsLast } from '../images.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';

/** One axis of a resized tensor. `scale` is what the file says, of which the size may be the rounded-off product. */
interface Resized {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** How the file says what it wants, over operator sets 7 to 21. */
interface Request {
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly coordinates: string;
  readonly nearest: string;
}

function nonEmpty(numbers: readonly number[] | undefined): readonly number[] | undefined {
  return numbers === undefined || numbers.length === 0 ? undefined : numbers;
}

function requestOf(node: OnnxNode): Request {
  if (node.version < 11) {
    const scales = node.floats('scales') ?? node.numbers(1, 'scales');
    return { scales, sizes: undefined, coordinates: 'asymmetric', nearest: 'floor' };
  }
  return {
    scales: nonEmpty(node.numbers(2, 'scales')),
    sizes: nonEmpty(node.numbers(3, 'sizes')),
    coordinates: node.text('coordinate_transformation_mode', 'half_pixel'),
    nearest: node.text('nearest_mode', 'round_prefer_floor'),
  };
}

/** One scale for all axes, the least or the largest that the sizes allow. */
function sharedScale(node: OnnxNode, scales: readonly number[]): number | undefined {
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (policy === 'stretch') return undefined;
  if (policy === 'not_larger') return Math.min(...scales);
  if (policy === 'not_smaller') return Math.max(...scales);
  throw refuseAttribute('keep_aspect_ratio_policy', `is "${policy}"`);
}

function resizedAxes(node: OnnxNode, { scales, sizes }: Request): readonly Resized[] {
  const { shape } = node.input(0).type;
  const axes = (node.integers('axes') ?? shape.map((_, axis) => axis)).map((axis) =>
    axisOf(axis, shape.length),
  );
  const given = sizes ?? scales;
  if (given === undefined || given.length !== axes.length || given.some((number) => !(number > 0))) {
    throw inputError(
      'operation-shape',
      `its sizes or scales are [${given?.join(', ') ?? ''}] for ${axes.length} axes.`,
    );
  }
  const all: Resized[] = shape.map((size) => ({ from: size, to: size, scale: 1 }));
  if (sizes === undefined) {
    for (const [index, axis] of axes.entries()) {
      const scale = given[index];
      all[axis] = { from: shape[axis], to: Math.floor(shape[axis] * scale), scale };
    }
    return all;
  }
  const ratios = axes.map((axis, index) => sizes[index] / shape[axis]);
  const shared = sharedScale(node, ratios);
  for (const [index, axis] of axes.entries()) {
    const scale = shared ?? ratios[index];
    const to = shared === undefined ? sizes[index] : Math.floor(shared * shape[axis] + 0.5);
    all[axis] = { from: shape[axis], to, scale };
  }
  return all;
}

/** Where a pixel of the output lies on the input. */
function placeOf(coordinates: string, { from, to, scale }: Resized, at: number): number {
  switch (coordinates) {
    case 'asymmetric':
      return at / scale;
    case 'half_pixel':
      return (at + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (at + 0.5) / scale - 0.5 : 0;
    case 'half_pixel_symmetric': {
      const exact = from * scale;
      const offset = (from / 2) * (1 - to / exact);
      return offset + (at + 0.5) / scale - 0.5;
    }
    case 'align_corners':
      return to > 1 ? (at * (from - 1)) / (to - 1) : 0;
    case 'tf_half_pixel_for_nn':
      return (at + 0.5) / scale;
    default:
      throw refuseAttribute('coordinate_transformation_mode', `is "${coordinates}"`);
  }
}

const ROUNDINGS: Readonly<Record<string, (place: number) => number>> = {
  ceil: Math.ceil,
  floor: Math.floor,
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
};

/** Steps of TFLM: where corners lie, and where pixels are taken from. */
const MODES = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
  { alignCorners: true, halfPixelCenters: false },
] as const;

function nearestPixels({ coordinates, nearest }: Request, axis: Resized): number[] {
  const round = ROUNDINGS[nearest];
  if (round === undefined) throw refuseAttribute('nearest_mode', `is "${nearest}"`);
  return Array.from({ length: axis.to }, (_, at) => {
    // Scales are float32 in the file: what lies a hair from a whole number or a half is one.
    const place = Math.round(placeOf(coordinates, axis, at) * 2 ** 16) / 2 ** 16;
    return Math.min(Math.max(round(place), 0), axis.from - 1);
  });
}

function sameNumbers(a: ArrayLike<number>, b: readonly number[]): boolean {
  return b.every((value, index) => value === a[index]);
}

/** RESIZE_NEAREST_NEIGHBOR where it takes the same pixels, and otherwise rows and columns by their numbers. */
function nearestImage(
  node: OnnxNode,
  image: Operand,
  request: Request,
  axes: readonly [Resized, Resized],
): Operand {
  const [rows, columns] = axes.map((axis) => nearestPixels(request, axis));
  const size = [axes[0].to, axes[1].to] as const;
  const [, height, width] = image.type.shape;
  const mode = MODES.find((options) => {
    const [, ownRows, ownColumns] = nearestAxes({ shape: [1, height, width, 1], size, ...options });
    return (
      sameNumbers(
        ownRows.map((offset) => offset / width),
        rows,
      ) && sameNumbers(ownColumns, columns)
    );
  });
  if (mode !== undefined) return node.add('resize_nearest_neighbor', '', { size, ...mode }, [image]);
  const indices = (pixels: readonly number[]): Operand => node.known([pixels.length], pixels);
  const tall = node.add('gather', 'rows', { axis: 1, batchDims: 0 }, [image, indices(rows)]);
  return node.add('gather', 'columns', { axis: 2, batchDims: 0 }, [tall, indices(columns)]);
}

/** By which mode TFLM interpolates between the same places; `undefined` where by none. */
function bilinearMode(coordinates: string, axes: readonly Resized[]): (typeof MODES)[number] | undefined {
  const places = (axis: Resized, mode: (typeof MODES)[number]): number[] =>
    Array.from({ length: axis.to }, (_, at) => {
      const step = mode.alignCorners && axis.to > 1 ? (axis.from - 1) / (axis.to - 1) : axis.from / axis.to;
      return mode.halfPixelCenters ? (at + 0.5) * step - 0.5 : at * step;
    });
  const clamped = (place: number, { from }: Resized): number => Math.min(Math.max(place, 0), from - 1);
  return MODES.find((mode) =>
    axes.every((axis) =>
      places(axis, mode).every(
        (place, at) =>
          Math.abs(clamped(place, axis) - clamped(placeOf(coordinates, axis, at), axis)) < LEAST_DISTANCE,
      ),
    ),
  );
}

/** Of a pixel: what float32 scales leave. */
const LEAST_DISTANCE = 2 ** -18;

function linearImage(
  node: OnnxNode,
  image: Operand,
  request: Request,
  axes: readonly [Resized, Resized],
): Operand {
  const mode = bilinearMode(request.coordinates, axes);
  if (mode === undefined) {
    throw unsupportedError(
      'unsupported-resize',
      `its "coordinate_transformation_mode" is "${request.coordinates}", by which ${axes[0].from} x ${axes[1].from} pixels become ${axes[0].to} x ${axes[1].to} otherwise than by any mode of TensorFlow Lite Micro.`,
      'Resize to a whole multiple of the size, or with align_corners.',
    );
  }
  return node.add('resize_bilinear', '', { size: [axes[0].to, axes[1].to], ...mode }, [image]);
}

function refuseUnknown(node: OnnxNode): void {
  if (node.integer('antialias', 0) === 1) {
    throw refuseAttribute('antialias', 'is 1', 'Export the model with antialias=False.');
  }
  if (node.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize') {
    throw refuseAttribute('coordinate_transformation_mode', 'is "tf_crop_and_resize"', 'Crop by a slice.');
  }
}

const resize: LowerOnnx = (node) => {
  refuseUnknown(node);
  const request = requestOf(node);
  const [batch, channels, ...spatial] = resizedAxes(node, request);
  if (batch?.from !== batch?.to || channels?.from !== channels?.to) {
    throw unsupportedError(
      'unsupported-resize',
      'it resizes the batch or the channels.',
      'Resize images only.',
    );
  }
  const image = channelsLast(node, node.input(0));
  const rows = spatial.length === 1 ? { from: 1, to: 1, scale: 1 } : spatial[0];
  const axes = [rows, spatial[spatial.length - 1]] as const;
  const mode = node.text('mode', 'nearest');
  switch (mode) {
    case 'nearest':
      return channelsFirst(node, nearestImage(node, image, request, axes));
    case 'linear':
    case 'bilinear':
      return channelsFirst(node, linearImage(node, image, request, axes));
    default:
      throw refuseAttribute('mode', `is "${mode}"`, 'Resize with mode "nearest" or "linear".');
  }
};

/** Channels that are numbered (channel, row, column) of a block, as (row, column, channel). */
function columnsLast(node: OnnxNode, image: Operand, area: number): Operand {
  const [batch, height, width, depth] = image.type.shape;
  const channels = depth / area;
  if (!Number.isInteger(channels) || channels === 1) return image;
  const rows = node.reshape('blocks', image, [batch * height * width, channels, area]);
  const turned = node.transpose('blocks/channels_last', rows, [0, 2, 1]);
  return node.reshape('blocks/image', turned, [batch, height, width, depth]);
}

const depthToSpace: LowerOnnx = (node) => {
  const blockSize = node.integer('blocksize');
  const mode = node.text('mode', 'DCR');
  if (mode !== 'DCR' && mode !== 'CRD') throw refuseAttribute('mode', `is "${mode}"`);
  const image = channelsLast(node, node.input(0));
  const ordered = mode === 'CRD' ? columnsLast(node, image, blockSize * blockSize) : image;
  return channelsFirst(node, node.add('depth_to_space', '', { blockSize }, [ordered]));
};

const spaceToDepth: LowerOnnx = (node) => {
  const image = channelsLast(node, node.input(0));
  return channelsFirst(
    node,
    node.add('space_to_depth', '', { blockSize: node.integer('blocksize') }, [image]),
  );
};

export const RESIZES: OnnxOperators = {
  DepthToSpace: depthToSpace,
  Resize: resize,
  SpaceToDepth: spaceToDepth,
  Upsample: resize,
};
