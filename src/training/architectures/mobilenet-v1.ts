/** MobileNet of the first version (Howard et al., 2017). */

import * as z from 'zod';
import { architectureSchema, defineArchitecture, dropout } from './architecture.ts';
import { asPicture, outputLayers } from './ends.ts';
import { normalizedConv, normalizedDepthwise } from './normalized.ts';

const FIRST_FILTERS = 32;

/** Filters and stride of the thirteen blocks at alpha 1. */
const BLOCKS: readonly (readonly [filters: number, stride: number])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

export const mobilenetV1 = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema('mobilenet_v1', 'MobileNet, for pictures from about 48×48.', {
    alpha: z
      .number()
      .min(0.03125)
      .max(4)
      .default(0.25)
      .describe('What the filters of every convolution are multiplied by.'),
    depthMultiplier: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe('Output channels of depthwise convolutions for each input channel.'),
    dropout,
  }),
  layers({ alpha, depthMultiplier, dropout }, input, output, scale) {
    const filters = (full: number) => scale(full * alpha);
    return [
      ...asPicture(input).layers,
      ...normalizedConv('conv', filters(FIRST_FILTERS), { kernel: 3, stride: 2, activation: 'relu6' }),
      ...BLOCKS.flatMap(([full, stride], index) => [
        ...normalizedDepthwise(`depthwise_${index + 1}`, depthMultiplier, {
          kernel: 3,
          stride,
          activation: 'relu6',
        }),
        ...normalizedConv(`pointwise_${index + 1}`, filters(full), { kernel: 1, activation: 'relu6' }),
      ]),
      { type: 'GlobalAveragePooling2D', name: 'mean' },
      ...outputLayers(output, dropout),
    ];
  },
});
