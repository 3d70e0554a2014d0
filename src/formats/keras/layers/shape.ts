/** Layers that move, repeat or leave out values without computing anything. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { type LayerContext, type LayerImporter, type LayerValue, requireChannelsLast } from '../layer.ts';
import { pairOf, type SpatialAxes } from './convolution.ts';

function reshaped(layer: LayerContext, newShape: Shape): LayerValue {
  return { id: layer.reshape('', layer.inputs[0].id, newShape), shape: newShape };
}

export function importFlatten(layer: LayerContext): LayerValue {
  const { shape } = layer.inputs[0];
  if (shape.length > 2) requireChannelsLast(layer);
  return reshaped(layer, [shape[0], elementCount(shape.slice(1))]);
}

export function importReshape(layer: LayerContext): LayerValue {
  const target = layer.config.openShape('target_shape');
  const { shape } = layer.inputs[0];
  const available = elementCount(shape.slice(1));
  const known = elementCount(target.filter((dimension) => dimension !== -1));
  const newShape = target.map((dimension) => (dimension === -1 ? available / known : dimension));
  const valid = newShape.every((dimension) => Number.isSafeInteger(dimension) && dimension > 0);
  if (!valid || elementCount(newShape) !== available) {
    throw inputError(
      'layer-shape',
      `its input of shape ${formatShape(shape)} cannot become ${formatShape(target)}.`,
    );
  }
  return reshaped(layer, [shape[0], ...newShape]);
}

export function importPermute(layer: LayerContext): LayerValue {
  const axes = layer.config.integers('dims');
  const { shape } = layer.inputs[0];
  const complete = shape.slice(1).every((_, index) => axes.includes(index + 1));
  if (!complete || axes.length !== shape.length - 1) {
    throw inputError('layer-config', `"dims" ${formatShape(axes)} does not name every axis once.`);
  }
  const id = layer.add('transpose', '', { permutation: [0, ...axes] }, [layer.narrow(layer.inputs[0])]);
  return { id, shape: layer.shapeOf(id) };
}

/** The same vector at every step, by enlarging an image of one pixel: exact in int8 too. */
export function importRepeatVector(layer: LayerContext): LayerValue {
  const { shape, id } = layer.inputs[0];
  if (shape.length !== 2) throw inputError('layer-shape', `its input has shape ${formatShape(shape)}.`);
  const [steps] = layer.config.perAxis('n', 1);
  const pixel = layer.reshape('wide', id, [shape[0], 1, 1, shape[1]]);
  const size = [1, steps] as const;
  const repeated = layer.add(
    'resize_nearest_neighbor',
    '',
    { size, alignCorners: false, halfPixelCenters: true },
    [pixel],
  );
  return layer.fromImage(repeated, 1);
}

type Margins = readonly [before: number, after: number];

/** A number, a pair for height and width, or a pair for each side; for one axis a number or a pair. */
function marginsOf({ config }: LayerContext, key: string, axes: SpatialAxes): readonly Margins[] {
  const value = config.value(key) ?? 1;
  const list = Array.isArray(value) ? value : new Array(axes).fill(value);
  const margins = axes === 1 && list.length === 2 ? [list] : list;
  const pairs = margins.map((margin): readonly unknown[] =>
    Array.isArray(margin) ? margin : [margin, margin],
  );
  const valid = pairs.every(
    (pair) => pair.length === 2 && pair.every((size) => Number.isSafeInteger(size) && Number(size) >= 0),
  );
  if (!valid || pairs.length !== axes) {
    throw inputError(
      'layer-config',
      `"${key}" is ${JSON.stringify(value)} instead of sizes for ${counted(axes, 'axis', 'axes')}.`,
    );
  }
  const sizes = pairs as readonly unknown[] as readonly Margins[];
  return axes === 1 ? [[0, 0], ...sizes] : sizes;
}

export function zeroPadding(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    requireChannelsLast(layer);
    const paddings = [[0, 0], ...marginsOf(layer, 'padding', axes), [0, 0]] as const;
    const image = layer.image(layer.inputs[0], axes);
    return layer.fromImage(layer.add('pad', '', { paddings }, [image]), axes);
  };
}

export function cropping(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    requireChannelsLast(layer);
    const margins: readonly Margins[] = [[0, 0], ...marginsOf(layer, 'cropping', axes), [0, 0]];
    const image = layer.image(layer.inputs[0], axes);
    const begin = margins.map(([before]) => before);
    const end = layer.shapeOf(image).map((size, axis) => size - margins[axis][1]);
    if (end.some((last, axis) => last <= begin[axis])) {
      throw inputError('layer-shape', `it crops everything from ${formatShape(layer.inputs[0].shape)}.`);
    }
    const slice = { begin, end, strides: [1, 1, 1, 1], beginMask: 0, endMask: 0, shrinkAxisMask: 0 };
    return layer.fromImage(layer.add('strided_slice', '', slice, [image]), axes);
  };
}

export function upSampling(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    requireChannelsLast(layer);
    const image = layer.image(layer.inputs[0], axes);
    const [, height, width] = layer.shapeOf(image);
    const factors = pairOf(layer.config, 'size', axes, 2);
    const size = [height * factors[0], width * factors[1]] as const;
    const interpolation = layer.config.string('interpolation', 'nearest');
    if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
      throw unsupportedError(
        'unsupported-interpolation',
        `its "interpolation" is "${interpolation}".`,
        'Use "nearest" or "bilinear".',
      );
    }
    // Nearest pixels of a whole factor are the same either way; TensorFlow.js interpolates from the pixels' corners.
    const halfPixelCenters = interpolation === 'nearest' || layer.writer !== 'tfjs';
    const kind = interpolation === 'nearest' ? 'resize_nearest_neighbor' : 'resize_bilinear';
    const id = layer.add(kind, '', { size, alignCorners: false, halfPixelCenters }, [image]);
    return layer.fromImage(id, axes);
  };
}
