/** Layers that give an image another size. */

import { unsupportedError } from '../../../core/errors.ts';
import { formatShape } from '../../../core/tensor.ts';
import { type LayerContext, type LayerValue, requireChannelsLast } from '../layer.ts';
import type { Pair } from './convolution.ts';

function sizeOf({ config }: LayerContext): Pair {
  return [config.perAxis('height', 1)[0], config.perAxis('width', 1)[0]];
}

/** From the middle; what is smaller would have to be enlarged, and cut to the same proportions. */
export function importCenterCrop(layer: LayerContext): LayerValue {
  requireChannelsLast(layer);
  const image = layer.image(layer.inputs[0], 2);
  const size = sizeOf(layer);
  const [, ...sides] = layer.shapeOf(image);
  const rest = size.map((length, axis) => sides[axis] - length);
  if (rest.some((length) => length < 0)) {
    throw unsupportedError(
      'unsupported-resizing',
      `it cuts ${size.join(' × ')} from ${formatShape(layer.inputs[0].shape)}, which is smaller.`,
      'Use Resizing in front of it.',
    );
  }
  const [top, left] = rest.map((length) => Math.floor(length / 2));
  const slice = {
    begin: [0, top, left, 0],
    end: [1, top + size[0], left + size[1], sides[2]],
    strides: [1, 1, 1, 1],
    beginMask: 0,
    endMask: 0,
    shrinkAxisMask: 0,
  };
  return layer.fromImage(layer.add('strided_slice', '', slice, [image]), 2);
}

const KINDS = { bilinear: 'resize_bilinear', nearest: 'resize_nearest_neighbor' } as const;

function refuse(member: string, value: unknown): Error {
  return unsupportedError(
    'unsupported-resizing',
    `its "${member}" is ${JSON.stringify(value)}.`,
    'Use "bilinear" or "nearest" without other options, or resize the data before the model.',
  );
}

/** From the middles of pixels. */
export function importResizing(layer: LayerContext): LayerValue {
  const { config } = layer;
  requireChannelsLast(layer);
  if (layer.writer === 'tfjs') {
    throw unsupportedError(
      'unsupported-resizing',
      'TensorFlow.js resizes in another way than Keras does.',
      'Resize the data before the model.',
    );
  }
  for (const member of ['crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'antialias']) {
    if (config.boolean(member, false)) throw refuse(member, true);
  }
  const interpolation = config.string('interpolation', 'bilinear').toLowerCase();
  if (interpolation !== 'bilinear' && interpolation !== 'nearest')
    throw refuse('interpolation', interpolation);
  const image = layer.image(layer.inputs[0], 2);
  const size = sizeOf(layer);
  const options = { size, alignCorners: false, halfPixelCenters: true };
  return layer.fromImage(layer.add(KINDS[interpolation], '', options, [image]), 2);
}
