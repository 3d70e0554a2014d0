/** Convolutions over channels-last data; kernels in Keras' layout. */

import * as z from 'zod';
import { inputError } from '../../core/errors.ts';
import type { Shape } from '../../core/tensor.ts';
import {
  activation,
  biasInitializer,
  biasWeights,
  defineLayer,
  glorotUniform,
  layerSchema,
  MAX_UNITS,
  useBias,
} from './layer.ts';
import {
  padding,
  sizes1d,
  sizes2d,
  splitChannels,
  tuple1d,
  tuple2d,
  type Window,
  windowPlaces,
} from './window.ts';

const filters = z.int().min(1).max(MAX_UNITS).describe('The number of output channels.');
const depthMultiplier = z.int().min(1).max(64).default(1).describe('Output channels for each input channel.');
const KERNEL_SIZE = 'How many elements a window covers.';
const STRIDES = 'How far apart windows are.';
const DILATION = 'How far apart the elements of a window are.';

const fields1d = {
  kernelSize: sizes1d.describe(KERNEL_SIZE),
  strides: sizes1d.default(1).describe(STRIDES),
  padding,
};
const fields2d = {
  kernelSize: sizes2d.describe(KERNEL_SIZE),
  strides: sizes2d.default(1).describe(STRIDES),
  padding,
};
const ending = { activation: activation.default('linear'), useBias, biasInitializer };

/** Spatial sizes of the output; what no trainer computes is refused. */
function convPlaces(spatial: Shape, window: Window): number[] {
  if (window.dilation?.some((rate) => rate > 1) && window.strides.some((stride) => stride > 1)) {
    throw inputError(
      'layer-shape',
      '"strides" and "dilationRate" are both above 1, which Keras does not compute.',
      'Choose one of them.',
    );
  }
  return windowPlaces(spatial, window);
}

export const CONV_LAYERS = {
  Conv1D: defineLayer({
    schema: layerSchema('Conv1D', 'Weighted sums of windows that move along the steps.', {
      filters,
      ...fields1d,
      dilationRate: sizes1d.default(1).describe(DILATION),
      ...ending,
    }),
    outputShape({ filters, kernelSize, strides, padding, dilationRate }, input) {
      const { spatial } = splitChannels(1, input);
      const [size, dilation] = [tuple1d(kernelSize), tuple1d(dilationRate)];
      return [...convPlaces(spatial, { size, strides: tuple1d(strides), padding, dilation }), filters];
    },
    weights: (layer, input) => [
      glorotUniform('kernel', [
        ...tuple1d(layer.kernelSize),
        splitChannels(1, input).channels,
        layer.filters,
      ]),
      ...biasWeights(layer, layer.filters),
    ],
    resolve: (layer) => ({
      ...layer,
      kernelSize: tuple1d(layer.kernelSize),
      strides: tuple1d(layer.strides),
      dilationRate: tuple1d(layer.dilationRate),
    }),
  }),
  Conv2D: defineLayer({
    schema: layerSchema('Conv2D', 'Weighted sums of windows that move over height and width.', {
      filters,
      ...fields2d,
      dilationRate: sizes2d.default(1).describe(DILATION),
      ...ending,
    }),
    outputShape({ filters, kernelSize, strides, padding, dilationRate }, input) {
      const { spatial } = splitChannels(2, input);
      const [size, dilation] = [tuple2d(kernelSize), tuple2d(dilationRate)];
      return [...convPlaces(spatial, { size, strides: tuple2d(strides), padding, dilation }), filters];
    },
    weights: (layer, input) => [
      glorotUniform('kernel', [
        ...tuple2d(layer.kernelSize),
        splitChannels(2, input).channels,
        layer.filters,
      ]),
      ...biasWeights(layer, layer.filters),
    ],
    resolve: (layer) => ({
      ...layer,
      kernelSize: tuple2d(layer.kernelSize),
      strides: tuple2d(layer.strides),
      dilationRate: tuple2d(layer.dilationRate),
    }),
  }),
  // Without "dilationRate": TensorFlow.js passes over it here.
  DepthwiseConv2D: defineLayer({
    schema: layerSchema('DepthwiseConv2D', 'A convolution of each channel by itself.', {
      ...fields2d,
      depthMultiplier,
      ...ending,
    }),
    outputShape({ kernelSize, strides, padding, depthMultiplier }, input) {
      const { spatial, channels } = splitChannels(2, input);
      const window = { size: tuple2d(kernelSize), strides: tuple2d(strides), padding };
      return [...convPlaces(spatial, window), channels * depthMultiplier];
    },
    weights(layer, input) {
      const { channels } = splitChannels(2, input);
      return [
        glorotUniform('depthwise_kernel', [...tuple2d(layer.kernelSize), channels, layer.depthMultiplier]),
        ...biasWeights(layer, channels * layer.depthMultiplier),
      ];
    },
    resolve: (layer) => ({
      ...layer,
      kernelSize: tuple2d(layer.kernelSize),
      strides: tuple2d(layer.strides),
    }),
  }),
  SeparableConv2D: defineLayer({
    schema: layerSchema('SeparableConv2D', 'A convolution of each channel, then sums over the channels.', {
      filters,
      ...fields2d,
      dilationRate: sizes2d.default(1).describe(DILATION),
      depthMultiplier,
      ...ending,
    }),
    outputShape({ filters, kernelSize, strides, padding, dilationRate }, input) {
      const { spatial } = splitChannels(2, input);
      const [size, dilation] = [tuple2d(kernelSize), tuple2d(dilationRate)];
      return [...convPlaces(spatial, { size, strides: tuple2d(strides), padding, dilation }), filters];
    },
    weights(layer, input) {
      const { channels } = splitChannels(2, input);
      const { depthMultiplier, filters } = layer;
      return [
        glorotUniform('depthwise_kernel', [...tuple2d(layer.kernelSize), channels, depthMultiplier]),
        glorotUniform('pointwise_kernel', [1, 1, channels * depthMultiplier, filters]),
        ...biasWeights(layer, filters),
      ];
    },
    resolve: (layer) => ({
      ...layer,
      kernelSize: tuple2d(layer.kernelSize),
      strides: tuple2d(layer.strides),
      dilationRate: tuple2d(layer.dilationRate),
    }),
  }),
};
