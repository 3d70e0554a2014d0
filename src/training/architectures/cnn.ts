/** A small network for pictures. */

import * as z from 'zod';
import type { LayerInput } from '../layer-table.ts';
import { MAX_SIZE } from '../layers/window.ts';
import { architectureSchema, counts, defineArchitecture, dropout } from './architecture.ts';
import { asPicture, outputLayers } from './ends.ts';

/** More places than this along a side are averaged before the output, which has a weight for each. */
const MOST_PLACES = 4;
const KEPT_PLACES = 3;

export const cnn = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema('cnn', 'Convolutions with max pooling, for small pictures.', {
    filters: counts
      .max(8)
      .default([8, 16, 24])
      .describe('The output channels of each convolution; behind each, height and width are halved.'),
    kernel: z.int().min(1).max(31).default(3).describe('Height and width of the windows.'),
    dropout,
  }),
  layers({ filters, kernel, dropout }, input, output, scale) {
    const beginning = asPicture(input);
    let [height, width] = beginning.shape;
    const layers: LayerInput[] = [...beginning.layers];
    const pool = (type: 'MaxPooling2D' | 'AveragePooling2D', name: string, size: [number, number]): void => {
      if (size[0] * size[1] === 1) return;
      layers.push({ type, name, poolSize: size });
      height = Math.floor(height / size[0]);
      width = Math.floor(width / size[1]);
    };
    for (const [index, count] of filters.entries()) {
      const name = `conv_${index + 1}`;
      const shared = { name, kernelSize: kernel, padding: 'same', activation: 'relu' } as const;
      layers.push({ type: 'Conv2D', filters: scale(count), ...shared });
      pool('MaxPooling2D', `pool_${index + 1}`, [Math.min(2, height), Math.min(2, width)]);
    }
    const toMean = (places: number) =>
      places > MOST_PLACES ? Math.min(MAX_SIZE, Math.floor(places / KEPT_PLACES)) : 1;
    pool('AveragePooling2D', 'mean', [toMean(height), toMean(width)]);
    return [...layers, { type: 'Flatten', name: 'flatten' }, ...outputLayers(output, dropout)];
  },
});
