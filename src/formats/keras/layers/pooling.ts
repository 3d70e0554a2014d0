/** Pooling over windows and over whole images. */

import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';
import { requireChannelsLast } from '../layer.ts';
import { paddingOf, pairOf, type SpatialAxes } from './convolution.ts';
import { maskedMean } from './masked-mean.ts';
import { maskedSequence } from './masking.ts';

export function pooling(kind: 'max_pool_2d' | 'average_pool_2d', axes: SpatialAxes): LayerImporter {
  return (layer) => {
    requireChannelsLast(layer);
    const { config, inputs } = layer;
    const input = layer.image(inputs[0], axes);
    const filter = pairOf(config, 'pool_size', axes, 2);
    const strides = config.value('strides') === undefined ? filter : pairOf(config, 'strides', axes);
    const padding = paddingOf(config);
    const id = layer.add(kind, '', { padding, strides, filter, activation: 'none' }, [input]);
    return layer.fromImage(id, axes);
  };
}

/** Height and width of an image. */
const SPATIAL = [1, 2] as const;

export function globalPooling(kind: 'mean' | 'reduce_max', axes: SpatialAxes): LayerImporter {
  return (layer) => {
    requireChannelsLast(layer);
    const keepDims = layer.config.boolean('keepdims', false);
    const id = layer.add(kind, '', { axes: SPATIAL, keepDims }, [layer.image(layer.inputs[0], axes)]);
    return keepDims ? layer.fromImage(id, axes) : { id, shape: layer.shapeOf(id) };
  };
}

const meanOfSteps = globalPooling('mean', 1);

/** The one layer of pooling that looks at which steps count. */
export function importGlobalAveragePooling1D(layer: LayerContext): LayerValue {
  const masked = maskedSequence(layer);
  if (masked === undefined) return meanOfSteps(layer);
  requireChannelsLast(layer);
  const id = maskedMean(layer, masked);
  return { id, shape: layer.shapeOf(id) };
}
