/** Images of other sizes, and images in blocks. */

import { unsupportedError } from '../../../core/errors.ts';
import { nearestAxes } from '../../../ops/resizing/resize_nearest_neighbor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { channelsFirst, channelsLast, spatialAxes } from '../images.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';
import { placeOf, type Resized, type ResizeRequest, requestOf, resizedAxes } from '../resize-request.ts';
import { resizedByShares } from '../resize-shares.ts';

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

function nearestPixels({ coordinates, nearest }: ResizeRequest, axis: Resized): number[] {
  if (axis.crop !== undefined)
    throw refuseAttribute('mode', 'is "nearest" with "tf_crop_and_resize"', 'Crop by a slice.');
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
  request: ResizeRequest,
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

/** RESIZE_BILINEAR where it interpolates between the same places, and otherwise sums of pixels with known shares. */
function interpolated(node: OnnxNode, request: ResizeRequest, axes: readonly [Resized, Resized]): Operand {
  const mode = node.text('mode', 'nearest');
  const shrinks = axes.some(({ scale }) => scale < 1);
  const isPlain = mode !== 'cubic' && !(node.integer('antialias', 0) === 1 && shrinks);
  const bilinear = isPlain ? bilinearMode(request.coordinates, axes) : undefined;
  if (bilinear === undefined) return resizedByShares(node, request.coordinates, axes);
  const image = channelsLast(node, node.input(0));
  const size = [axes[0].to, axes[1].to] as const;
  return channelsFirst(node, node.add('resize_bilinear', '', { size, ...bilinear }, [image]));
}

const resize: LowerOnnx = (node) => {
  const request = requestOf(node);
  const [batch, channels, ...spatial] = resizedAxes(node, request);
  if (batch?.from !== batch?.to || channels?.from !== channels?.to) {
    throw unsupportedError(
      'unsupported-resize',
      'it resizes the batch or the channels.',
      'Resize images only.',
    );
  }
  spatialAxes(node.input(0));
  const rows = spatial.length === 1 ? { from: 1, to: 1, scale: 1 } : spatial[0];
  const axes = [rows, spatial[spatial.length - 1]] as const;
  const mode = node.text('mode', 'nearest');
  switch (mode) {
    case 'nearest':
      return channelsFirst(node, nearestImage(node, channelsLast(node, node.input(0)), request, axes));
    case 'linear':
    case 'bilinear':
    case 'cubic':
      return interpolated(node, request, axes);
    default:
      throw refuseAttribute('mode', `is "${mode}"`);
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
