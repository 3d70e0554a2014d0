/** Depthwise separable convolutions for spectrograms, as in "Hello Edge" (Zhang et al., 2017). */

import * as z from 'zod';
import type { LayerInput } from '../layer-table.ts';
import { MAX_SIZE } from '../layers/window.ts';
import { architectureSchema, count, defineArchitecture, dropout, timePadding } from './architecture.ts';
import { asPicture, outputLayers } from './ends.ts';
import { normalizedConv, normalizedDepthwise } from './normalized.ts';

const size = z.int().min(1).max(MAX_SIZE);

/** Before the mean over time, of which a network that listens keeps every step. */
function meanOfBands(bands: number): LayerInput[] {
  return bands < 2 ? [] : [{ type: 'AveragePooling2D', name: 'bands', poolSize: [1, bands] }];
}

export const dsCnn = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema(
    'ds_cnn',
    'Depthwise separable convolutions, for spectrograms and series of many channels.',
    {
      filters: count.default(32).describe('The channels of every convolution.'),
      blocks: z
        .int()
        .min(1)
        .max(32)
        .default(3)
        .describe('How many pairs of a depthwise and a pointwise convolution follow the first.'),
      kernel: z
        .tuple([size, size])
        .default([10, 4])
        .describe('The window of the first convolution: [steps, bands].'),
      stride: z
        .tuple([size, size])
        .default([2, 2])
        .describe('How far apart windows of the first convolution are: [steps, bands].'),
      padding: timePadding,
      dropout,
    },
  ),
  layers({ filters, blocks, kernel, stride, padding, dropout }, input, output, scale) {
    const channels = scale(filters);
    const block = (number: number) => [
      ...normalizedDepthwise(`depthwise_${number}`, 1, { kernel: 3, padding, activation: 'relu' }),
      ...normalizedConv(`pointwise_${number}`, channels, { kernel: 1, activation: 'relu' }),
    ];
    return [
      ...asPicture(input).layers,
      ...normalizedConv('conv', channels, { kernel, stride, padding, activation: 'relu' }),
      ...Array.from({ length: blocks }, (_, index) => block(index + 1)).flat(),
      ...(padding === 'valid'
        ? meanOfBands(Math.floor((input[1] - kernel[1]) / stride[1]) + 1 - 2 * blocks)
        : []),
      { type: 'GlobalAveragePooling2D', name: 'mean' },
      ...outputLayers(output, dropout),
    ];
  },
});
