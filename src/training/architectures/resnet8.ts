/** The small residual network of MLPerf Tiny's image classification (Banbury et al., 2021). */

import type { LayerInput } from '../layer-table.ts';
import { architectureSchema, count, defineArchitecture, dropout } from './architecture.ts';
import { asPicture, outputLayers } from './ends.ts';
import { normalizedConv } from './normalized.ts';

/** Two convolutions, added to what they read; behind a stride that is brought to their shape by a third. */
function block(number: number, filters: number, stride: 1 | 2, reads: string): LayerInput[] {
  const name = (part: string) => `block_${number}_${part}`;
  const strided = { stride, input: reads };
  const shortcut: LayerInput = {
    type: 'Conv2D',
    name: name('shortcut'),
    inputs: [reads],
    filters,
    kernelSize: 1,
    strides: stride,
    padding: 'same',
  };
  return [
    ...normalizedConv(name('conv_1'), filters, { kernel: 3, activation: 'relu', ...strided }),
    ...normalizedConv(name('conv_2'), filters, { kernel: 3 }),
    ...(stride === 1 ? [] : [shortcut]),
    {
      type: 'Add',
      name: name('sum'),
      inputs: [stride === 1 ? reads : name('shortcut'), name('conv_2_norm')],
    },
    { type: 'ReLU', name: name('relu') },
  ];
}

export const resnet8 = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema('resnet8', 'Three residual blocks, for pictures such as 32×32.', {
    filters: count
      .max(1024)
      .default(16)
      .describe('The channels of the first block; the second has twice as many, the third four times.'),
    dropout,
  }),
  layers({ filters, dropout }, input, output, scale) {
    return [
      ...asPicture(input).layers,
      ...normalizedConv('conv', scale(filters), { kernel: 3, activation: 'relu' }),
      ...block(1, scale(filters), 1, 'conv_relu'),
      ...block(2, scale(2 * filters), 2, 'block_1_relu'),
      ...block(3, scale(4 * filters), 2, 'block_2_relu'),
      { type: 'GlobalAveragePooling2D', name: 'mean' },
      ...outputLayers(output, dropout),
    ];
  },
});
