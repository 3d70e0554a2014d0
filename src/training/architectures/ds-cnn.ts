/** Depthwise separable convolutions for spectrograms, as in "Hello Edge" (Zhang et al., 2017). */

import * as z from 'zod';
import { MAX_SIZE } from '../layers/window.ts';
import { architectureSchema, count, defineArchitecture, dropout } from './architecture.ts';
import { asPicture, outputLayers } from './ends.ts';
import { normalizedConv, normalizedDepthwise } from './normalized.ts';

const size = z.int().min(1).max(MAX_SIZE);

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
      dropout,
    },
  ),
  layers({ filters, blocks, kernel, stride, dropout }, input, output, scale) {
    const channels = scale(filters);
    const block = (number: number) => [
      ...normalizedDepthwise(`depthwise_${number}`, 1, { kernel: 3, activation: 'relu' }),
      ...normalizedConv(`pointwise_${number}`, channels, { kernel: 1, activation: 'relu' }),
    ];
    return [
      ...asPicture(input).layers,
      ...normalizedConv('conv', channels, { kernel, stride, activation: 'relu' }),
      ...Array.from({ length: blocks }, (_, index) => block(index + 1)).flat(),
      { type: 'GlobalAveragePooling2D', name: 'mean' },
      ...outputLayers(output, dropout),
    ];
  },
});
