/** Pooling over windows and over everything, and zeros around images; channels last. */

import * as z from 'zod';
import type { Shape } from '../../core/tensor.ts';
import { defineLayer, layerSchema } from './layer.ts';
import { padding, sizes1d, sizes2d, splitChannels, tuple1d, tuple2d, windowPlaces } from './window.ts';

const POOL_SIZE = 'How many elements a window covers.';
const STRIDES = 'How far apart windows are; by default "poolSize", so that they do not overlap.';

function pool1d<Type extends string>(type: Type, purpose: string) {
  return defineLayer({
    schema: layerSchema(type, purpose, {
      poolSize: sizes1d.default(2).describe(POOL_SIZE),
      strides: sizes1d.optional().describe(STRIDES),
      padding,
    }),
    outputShape({ poolSize, strides = poolSize, padding }, input) {
      const { spatial, channels } = splitChannels(1, input);
      const window = { size: tuple1d(poolSize), strides: tuple1d(strides), padding };
      return [...windowPlaces(spatial, window), channels];
    },
    resolve: (layer) => ({
      ...layer,
      poolSize: tuple1d(layer.poolSize),
      strides: tuple1d(layer.strides ?? layer.poolSize),
    }),
  });
}

function pool2d<Type extends string>(type: Type, purpose: string) {
  return defineLayer({
    schema: layerSchema(type, purpose, {
      poolSize: sizes2d.default(2).describe(POOL_SIZE),
      strides: sizes2d.optional().describe(STRIDES),
      padding,
    }),
    outputShape({ poolSize, strides = poolSize, padding }, input) {
      const { spatial, channels } = splitChannels(2, input);
      const window = { size: tuple2d(poolSize), strides: tuple2d(strides), padding };
      return [...windowPlaces(spatial, window), channels];
    },
    resolve: (layer) => ({
      ...layer,
      poolSize: tuple2d(layer.poolSize),
      strides: tuple2d(layer.strides ?? layer.poolSize),
    }),
  });
}

function globalPool<Type extends string>(type: Type, rank: 1 | 2, purpose: string) {
  return defineLayer({
    schema: layerSchema(type, purpose, {}),
    outputShape: (_, input): Shape => [splitChannels(rank, input).channels],
  });
}

const zeros = z.int().min(0).max(1024);

type ImagePadding = number | [number, number] | [[number, number], [number, number]];

/** Keras' `((top, bottom), (left, right))`. */
function sides(padding: ImagePadding): [[number, number], [number, number]] {
  const [rows, columns] = typeof padding === 'number' ? [padding, padding] : padding;
  return [
    typeof rows === 'number' ? [rows, rows] : rows,
    typeof columns === 'number' ? [columns, columns] : columns,
  ];
}

export const POOLING_LAYERS = {
  MaxPooling1D: pool1d('MaxPooling1D', 'The largest element of each window along the steps.'),
  MaxPooling2D: pool2d('MaxPooling2D', 'The largest element of each window over height and width.'),
  AveragePooling1D: pool1d('AveragePooling1D', 'The mean of each window along the steps.'),
  AveragePooling2D: pool2d('AveragePooling2D', 'The mean of each window over height and width.'),
  GlobalMaxPooling1D: globalPool('GlobalMaxPooling1D', 1, 'The largest element of each channel.'),
  GlobalMaxPooling2D: globalPool('GlobalMaxPooling2D', 2, 'The largest element of each channel.'),
  GlobalAveragePooling1D: globalPool('GlobalAveragePooling1D', 1, 'The mean of each channel.'),
  GlobalAveragePooling2D: globalPool('GlobalAveragePooling2D', 2, 'The mean of each channel.'),
  ZeroPadding2D: defineLayer({
    schema: layerSchema('ZeroPadding2D', 'Zeros around height and width.', {
      padding: z
        .union([zeros, z.tuple([zeros, zeros]), z.tuple([z.tuple([zeros, zeros]), z.tuple([zeros, zeros])])])
        .default(1)
        .describe('Zeros on all sides, [rows, columns], or [[top, bottom], [left, right]].'),
    }),
    outputShape({ padding }, input) {
      const { spatial, channels } = splitChannels(2, input);
      const [[top, bottom], [left, right]] = sides(padding);
      return [spatial[0] + top + bottom, spatial[1] + left + right, channels];
    },
    resolve: (layer) => ({ ...layer, padding: sides(layer.padding) }),
  }),
};
