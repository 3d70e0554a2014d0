/** What Resize and Upsample ask for, over the operator sets: sizes, and where pixels of the output lie on the input. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { axisOf } from '../lowering/operation.ts';
import { type OnnxNode, refuseAttribute } from './node.ts';

/** One axis of a resized tensor. `scale` is what the file says, of which the size may be the rounded-off product. */
export interface Resized {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  /** The part of the input that `tf_crop_and_resize` takes, as shares of its length. */
  readonly crop?: readonly [from: number, to: number];
}

/** Of TFLM's own resizing, which counts places in 2^−10 of a pixel. */
const MOST_PIXELS = 2 ** 20;

/** How the file says what it wants, over operator sets 7 to 21. */
export interface ResizeRequest {
  readonly scales: readonly number[] | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly coordinates: string;
  readonly nearest: string;
}

function nonEmpty(numbers: readonly number[] | undefined): readonly number[] | undefined {
  return numbers === undefined || numbers.length === 0 ? undefined : numbers;
}

export function requestOf(node: OnnxNode): ResizeRequest {
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

/** Beginnings of all axes, then ends. */
function cropsOf(node: OnnxNode, axes: number): readonly (readonly [number, number])[] | undefined {
  if (node.text('coordinate_transformation_mode', '') !== 'tf_crop_and_resize') return undefined;
  const region = node.numbers(1, 'region') ?? [];
  if (region.length !== 2 * axes) {
    throw inputError(
      'operation-shape',
      `its region has ${counted(region.length, 'number')} for ${counted(axes, 'axis', 'axes')}.`,
    );
  }
  return Array.from({ length: axes }, (_, axis) => [region[axis], region[axes + axis]]);
}

export function resizedAxes(node: OnnxNode, { scales, sizes }: ResizeRequest): readonly Resized[] {
  const { shape } = node.input(0).type;
  const axes = (node.integers('axes') ?? shape.map((_, axis) => axis)).map((axis) =>
    axisOf(axis, shape.length),
  );
  const given = sizes ?? scales;
  if (given === undefined || given.length !== axes.length || given.some((number) => !(number > 0))) {
    throw inputError(
      'operation-shape',
      `its sizes or scales are [${given?.join(', ') ?? ''}] for ${counted(axes.length, 'axis', 'axes')}.`,
    );
  }
  const ratios = sizes === undefined ? given : axes.map((axis, index) => given[index] / shape[axis]);
  const shared = sizes === undefined ? undefined : sharedScale(node, ratios);
  const crops = cropsOf(node, axes.length);
  const all: Resized[] = shape.map((size) => ({ from: size, to: size, scale: 1 }));
  for (const [index, axis] of axes.entries()) {
    const scale = shared ?? ratios[index];
    const exact = shape[axis] * scale;
    const to = shared !== undefined ? Math.floor(exact + 0.5) : (sizes?.[index] ?? Math.floor(exact));
    if (!(to >= 1 && to <= MOST_PIXELS)) {
      throw inputError(
        'operation-shape',
        `it makes ${to} of the ${counted(shape[axis], 'element')} of axis ${axis}.`,
      );
    }
    const crop = crops?.[index];
    all[axis] = { from: shape[axis], to, scale, ...(crop && { crop }) };
  }
  return all;
}

/** Where a pixel of the output lies on the input. */
export function placeOf(coordinates: string, { from, to, scale, crop }: Resized, at: number): number {
  switch (coordinates) {
    case 'tf_crop_and_resize': {
      const [start, end] = (crop ?? [0, 1]).map((share) => share * (from - 1));
      return to > 1 ? start + (at * (end - start)) / (to - 1) : (start + end) / 2;
    }
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
