/** Convolutions over one and two spatial axes; those over one are images of height 1. */

import { unsupportedError } from '../../../core/errors.ts';
import type { ValueId } from '../../../ir/graph.ts';
import { activationOf, addActivated } from '../activation.ts';
import type { LayerConfig } from '../config.ts';
import { type LayerContext, type LayerImporter, type LayerValue, requireChannelsLast } from '../layer.ts';
import { biasOperands, transposed } from './dense.ts';

export type SpatialAxes = 1 | 2;

/** Height and width; the height of a layer over one axis is 1. */
export type Pair = readonly [number, number];

export function pairOf(config: LayerConfig, key: string, axes: SpatialAxes, otherwise?: number): Pair {
  const values = config.perAxis(key, axes, otherwise);
  return axes === 1 ? [1, values[0]] : [values[0], values[1]];
}

interface Window {
  readonly input: ValueId;
  readonly padding: 'same' | 'valid';
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly channels: number;
}

export function paddingOf(config: LayerConfig): 'same' | 'valid' {
  const padding = config.string('padding', 'valid');
  if (padding === 'same' || padding === 'valid') return padding;
  throw unsupportedError(
    'unsupported-padding',
    `its "padding" is ${JSON.stringify(padding)}.`,
    'Use "same" or "valid".',
  );
}

/** `causal` sees the past only: zeros before the first position, and no other padding. */
function causalInput(layer: LayerContext, image: ValueId, kernel: Pair, dilations: Pair): ValueId {
  const before = (kernel[1] - 1) * dilations[1];
  const paddings = [
    [0, 0],
    [0, 0],
    [before, 0],
    [0, 0],
  ] as const;
  return before === 0 ? image : layer.add('pad', 'causal', { paddings }, [image]);
}

function windowOf(layer: LayerContext, axes: SpatialAxes): Window {
  const { config, inputs } = layer;
  requireChannelsLast(layer);
  const image = layer.image(inputs[0], axes);
  const kernel = pairOf(config, 'kernel_size', axes);
  const dilations = pairOf(config, 'dilation_rate', axes, 1);
  const causal = axes === 1 && config.string('padding', 'valid') === 'causal';
  return {
    input: causal ? causalInput(layer, image, kernel, dilations) : image,
    padding: causal ? 'valid' : paddingOf(config),
    kernel,
    strides: pairOf(config, 'strides', axes, 1),
    dilations,
    channels: layer.shapeOf(image)[3],
  };
}

/** The kernel's shape in Keras: without a height where there is one axis. */
function kernelShape(axes: SpatialAxes, kernel: Pair, ...channels: readonly number[]): readonly number[] {
  return [...kernel.slice(2 - axes), ...channels];
}

export function convolution(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    const { input, padding, kernel, strides, dilations, channels } = windowOf(layer, axes);
    const filters = layer.config.integer('filters');
    const depth = channels / layer.config.perAxis('groups', 1, 1)[0];
    const { data } = layer.weight('kernel', kernelShape(axes, kernel, depth, filters));
    const weights = layer.constant(
      'kernel',
      [filters, ...kernel, depth],
      transposed(data, kernel[0] * kernel[1] * depth, filters),
    );
    const operands = [input, weights, ...biasOperands(layer, filters)];
    const id = addActivated(layer, (activation) =>
      layer.add('conv_2d', '', { padding, strides, dilations, activation }, operands),
    );
    return layer.fromImage(id, axes);
  };
}

/** [height, width, channels, multiplier] in Keras and [1, height, width, channels · multiplier] in TFLite are the same. */
function depthwiseWeights(
  layer: LayerContext,
  axes: SpatialAxes,
  { kernel, channels }: Window,
  depthMultiplier: number,
): ValueId {
  const { data } = layer.weight(
    'depthwise_kernel',
    kernelShape(axes, kernel, channels, depthMultiplier),
    'kernel',
  );
  return layer.constant('depthwise_kernel', [1, ...kernel, channels * depthMultiplier], data);
}

/** TensorFlow Lite Micro asserts that a depthwise convolution has a bias. */
function zeroBias(layer: LayerContext, units: number): ValueId {
  return layer.constant('zero_bias', [units], new Float32Array(units));
}

export function depthwiseConvolution(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    const window = windowOf(layer, axes);
    const { input, padding, strides, dilations, channels } = window;
    const [depthMultiplier] = layer.config.perAxis('depth_multiplier', 1, 1);
    const weights = depthwiseWeights(layer, axes, window, depthMultiplier);
    const units = channels * depthMultiplier;
    const [bias = zeroBias(layer, units)] = biasOperands(layer, units);
    const operands = [input, weights, bias];
    const id = addActivated(layer, (activation) =>
      layer.add(
        'depthwise_conv_2d',
        '',
        { padding, strides, dilations, depthMultiplier, activation },
        operands,
      ),
    );
    return layer.fromImage(id, axes);
  };
}

export function separableConvolution(axes: SpatialAxes): LayerImporter {
  return (layer) => {
    const window = windowOf(layer, axes);
    const { input, padding, strides, dilations, channels } = window;
    const filters = layer.config.integer('filters');
    const [depthMultiplier] = layer.config.perAxis('depth_multiplier', 1, 1);
    const weights = depthwiseWeights(layer, axes, window, depthMultiplier);
    const depth = channels * depthMultiplier;
    const depthwise = layer.add(
      'depthwise_conv_2d',
      'depthwise',
      { padding, strides, dilations, depthMultiplier, activation: 'none' },
      [input, weights, zeroBias(layer, depth)],
    );
    const { data } = layer.weight('pointwise_kernel', kernelShape(axes, [1, 1], depth, filters));
    const pointwise = layer.constant(
      'pointwise_kernel',
      [filters, 1, 1, depth],
      transposed(data, depth, filters),
    );
    const operands = [depthwise, pointwise, ...biasOperands(layer, filters)];
    const id = addActivated(layer, (activation) =>
      layer.add(
        'conv_2d',
        '',
        { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation },
        operands,
      ),
    );
    return layer.fromImage(id, axes);
  };
}

/** Keras' [height, width, filters, depth] as TFLite's [filters, height, width, depth]. */
function filtersFirst(data: Float32Array, area: number, filters: number, depth: number): Float32Array {
  const weights = new Float32Array(data.length);
  for (let position = 0; position < area; position++) {
    for (let filter = 0; filter < filters; filter++) {
      const from = (position * filters + filter) * depth;
      weights.set(data.subarray(from, from + depth), (filter * area + position) * depth);
    }
  }
  return weights;
}

function transposedConvolutionOf(layer: LayerContext, axes: SpatialAxes): LayerValue {
  const { input, padding, kernel, strides, dilations, channels } = windowOf(layer, axes);
  const { config } = layer;
  if (config.value('output_padding') !== undefined || dilations.some((dilation) => dilation !== 1)) {
    throw unsupportedError(
      'unsupported-convolution',
      'a transposed convolution with "output_padding" or "dilation_rate" cannot be converted.',
      'Leave both at their defaults.',
    );
  }
  const filters = config.integer('filters');
  const { data } = layer.weight('kernel', kernelShape(axes, kernel, filters, channels));
  const weights = layer.constant(
    'kernel',
    [filters, ...kernel, channels],
    filtersFirst(data, kernel[0] * kernel[1], filters, channels),
  );
  const [, height, width] = layer.shapeOf(input);
  const extent = (size: number, axis: 0 | 1): number =>
    size * strides[axis] + (padding === 'same' ? 0 : Math.max(kernel[axis] - strides[axis], 0));
  const outputShape = [1, extent(height, 0), extent(width, 1), filters] as const;
  const operands = [input, weights, ...biasOperands(layer, filters)];
  // CMSIS-NN and the Arduino libraries pass over an activation that is fused into it.
  const sums = layer.add(
    'transpose_conv',
    '',
    { padding, strides, outputShape, activation: 'none' },
    operands,
  );
  return layer.fromImage(activationOf(config).apply(layer, 'activation', sums), axes);
}

export function transposedConvolution(axes: SpatialAxes): LayerImporter {
  return (layer) => transposedConvolutionOf(layer, axes);
}
