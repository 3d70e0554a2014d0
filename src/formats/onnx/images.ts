/**
 * Images with the channels first, as ONNX has them, and with the channels last, as TFLM has them. One spatial axis is an image
 * of height 1. The transposes are as many as the operators around them ask for: `passes/layout` removes those that meet.
 */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { formatShape, type Shape } from '../../core/tensor.ts';
import {
  type ImageShape,
  marginsOf,
  type NamedPadding,
  NOT_DILATED,
  type Pair,
  positions,
  requireImage,
} from '../../ops/window.ts';
import type { Operand } from '../lowering/graph-writer.ts';
import { type OnnxNode, refuseAttribute } from './node.ts';

const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/** How many axes of an input of [batch, channels, …] are spatial: one or two. */
export function spatialAxes(input: Operand): 1 | 2 {
  const { shape } = input.type;
  if (shape.length === 3) return 1;
  if (shape.length === 4) return 2;
  throw unsupportedError(
    'unsupported-rank',
    `it works on ${formatShape(shape)}, and TensorFlow Lite Micro on images of one or two axes.`,
  );
}

/** [batch, channels, height, width], of one spatial axis with height 1. */
export function asImage(node: OnnxNode, input: Operand, part = 'image'): Operand {
  const { shape } = input.type;
  return spatialAxes(input) === 2
    ? input
    : node.reshape(`${part}/wide`, input, [shape[0], shape[1], 1, shape[2]]);
}

/** [batch, height, width, channels]; weights become [filters, height, width, depth] by the same way. */
export function channelsLast(node: OnnxNode, input: Operand, part = 'image'): Operand {
  return node.transpose(`${part}/channels_last`, asImage(node, input, part), TO_LAST);
}

/** The way back, to as many spatial axes as the operator's input has. */
export function channelsFirst(node: OnnxNode, image: Operand): Operand {
  const back = node.transpose('channels_first', image, TO_FIRST);
  const [batch, channels, , width] = back.type.shape;
  return spatialAxes(node.input(0)) === 2 ? back : node.reshape('narrow', back, [batch, channels, width]);
}

/** Numbers of at least `least` for the spatial axes of input 0, as height and width; `undefined` where they are left out. */
export function numbersPerAxis(node: OnnxNode, name: string, least = 1): Pair | undefined {
  const axes = spatialAxes(node.input(0));
  const values = node.integers(name);
  if (values === undefined || values.length === 0) return undefined;
  if (values.length !== axes || values.some((value) => value < least)) {
    throw inputError(
      'onnx-attribute',
      `its "${name}" is [${values.join(', ')}] for ${counted(axes, 'spatial axis', 'spatial axes')}.`,
    );
  }
  return axes === 1 ? [least, values[0]] : [values[0], values[1]];
}

/** Rows and columns that stand before and behind the image. */
export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

const NO_PADS: Pads = { top: 0, left: 0, bottom: 0, right: 0 };

function givenPads(node: OnnxNode, axes: 1 | 2): Pads {
  const pads = node.integers('pads');
  if (pads === undefined) return NO_PADS;
  if (pads.length !== 2 * axes) {
    throw inputError(
      'onnx-attribute',
      `its "pads" are [${pads.join(', ')}] for ${counted(axes, 'spatial axis', 'spatial axes')}.`,
    );
  }
  if (axes === 1) return { ...NO_PADS, left: pads[0], right: pads[1] };
  return { top: pads[0], left: pads[1], bottom: pads[2], right: pads[3] };
}

/** How a window slides over an image of `shape` ([batch, height, width, channels]). */
export interface OnnxWindow {
  readonly filter: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
}

/** Extra pixels of `SAME_UPPER` (`isUpper`: the odd one behind) and `SAME_LOWER` along one axis. */
function samePads(size: number, reach: number, stride: number, isUpper: boolean): readonly [number, number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  const less = Math.floor(total / 2);
  return isUpper ? [less, total - less] : [total - less, less];
}

/** The window of a node over its input 0; `filterSizes` along the spatial axes of the file. */
export function onnxWindow(node: OnnxNode, filterSizes: Shape): OnnxWindow {
  const input = node.input(0);
  const axes = spatialAxes(input);
  const { shape } = input.type;
  const [height, width] = axes === 1 ? [1, shape[2]] : [shape[2], shape[3]];
  if (filterSizes.length !== axes) {
    throw inputError(
      'onnx-attribute',
      `its window has ${counted(filterSizes.length, 'axis', 'axes')} over ${axes} of the input.`,
    );
  }
  const filter: Pair = axes === 1 ? [1, filterSizes[0]] : [filterSizes[0], filterSizes[1]];
  const strides = numbersPerAxis(node, 'strides') ?? NOT_DILATED;
  const dilations = numbersPerAxis(node, 'dilations') ?? NOT_DILATED;
  const mode = node.text('auto_pad', 'NOTSET');
  const window = { filter, strides, dilations };
  switch (mode) {
    case 'NOTSET':
      return { ...window, pads: givenPads(node, axes) };
    case 'VALID':
      return { ...window, pads: NO_PADS };
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      const along = (axis: 0 | 1, size: number) =>
        samePads(size, (filter[axis] - 1) * dilations[axis] + 1, strides[axis], mode === 'SAME_UPPER');
      const [top, bottom] = along(0, height);
      const [left, right] = along(1, width);
      return { ...window, pads: { top, bottom, left, right } };
    }
    default:
      throw refuseAttribute('auto_pad', `is "${mode}"`);
  }
}

/** An image that is padded where the operator's own padding is not the window's. */
export interface PaddedImage {
  readonly image: Operand;
  readonly padding: NamedPadding;
}

/** Of an image with the channels last. */
export function asImageShape(image: Operand): ImageShape {
  return requireImage('the image', image.type.shape);
}

/** `same` or `valid` where that is what the window does over an image with the channels last. */
export function namedPadding({ pads, ...window }: OnnxWindow, shape: ImageShape): NamedPadding | undefined {
  const { top, left, bottom, right } = pads;
  const amounts = [top, left, bottom, right];
  if (amounts.some((amount) => amount < 0)) throw refuseAttribute('pads', 'are negative');
  if (amounts.every((amount) => amount === 0)) return 'valid';
  const [, height, width] = shape;
  const same = { ...window, padding: 'same' } as const;
  const margins = marginsOf(same, shape);
  const [rows, columns] = positions(same, shape);
  const reach = (axis: 0 | 1) => (window.filter[axis] - 1) * window.dilations[axis] + 1;
  const fits =
    margins.top === top &&
    margins.left === left &&
    rows === Math.floor((height + top + bottom - reach(0)) / window.strides[0]) + 1 &&
    columns === Math.floor((width + left + right - reach(1)) / window.strides[1]) + 1;
  return fits ? 'same' : undefined;
}

/** With zeros around the image where neither `same` nor `valid` is what the window does. `image` has the channels last. */
export function padded(node: OnnxNode, image: Operand, window: OnnxWindow): PaddedImage {
  const padding = namedPadding(window, asImageShape(image));
  if (padding !== undefined) return { image, padding };
  const { top, left, bottom, right } = window.pads;
  const paddings = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as const;
  return { image: node.add('pad', 'padded', { paddings }, [image]), padding: 'valid' };
}
