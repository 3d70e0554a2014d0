/** Convolutions along the steps of a series. */

import * as z from 'zod';
import { MAX_SIZE } from '../layers/window.ts';
import { architectureSchema, counts, defineArchitecture, dropout, timePadding } from './architecture.ts';
import { asSeries, outputLayers } from './ends.ts';

const size = z.int().min(1).max(MAX_SIZE);

/** One number for all layers, or one for each. */
function sizes(value: number) {
  return z
    .union([size, z.array(size).min(1).max(64)], {
      error: `must be a whole number from 1 to ${MAX_SIZE}, or a list of one for each of "filters"`,
    })
    .default(value);
}

function misfit(
  name: string,
  filters: readonly number[],
  given: number | readonly number[],
): { readonly path: [string]; readonly message: string } | undefined {
  if (typeof given === 'number' || given.length === filters.length) return undefined;
  return {
    path: [name],
    message: `its length is ${given.length}, but that of "filters" is ${filters.length}`,
  };
}

export const conv1d = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema('conv1d', 'Convolutions along the steps of a series, then their mean.', {
    filters: counts.default([8, 16, 16]).describe('The output channels of each convolution.'),
    kernel: sizes(5).describe('How many steps a window covers: of all convolutions, or of each.'),
    stride: sizes(2).describe('How many steps windows are apart: of all convolutions, or of each.'),
    padding: timePadding,
    dropout,
  }),
  conflict: ({ filters, kernel, stride }) =>
    misfit('kernel', filters, kernel) ?? misfit('stride', filters, stride),
  layers({ filters, kernel, stride, padding = 'same', dropout }, input, output, scale) {
    const of = (given: number | readonly number[], index: number) =>
      typeof given === 'number' ? given : given[index];
    return [
      ...asSeries(input).layers,
      ...filters.map(
        (count, index) =>
          ({
            type: 'Conv1D',
            name: `conv_${index + 1}`,
            filters: scale(count),
            kernelSize: of(kernel, index),
            strides: of(stride, index),
            padding,
            activation: 'relu',
          }) as const,
      ),
      { type: 'GlobalAveragePooling1D', name: 'mean' },
      ...outputLayers(output, dropout),
    ];
  },
});
