/** Dense layers for rows of numbers. */

import { architectureSchema, count, counts, defineArchitecture, dropout } from './architecture.ts';
import { asVector, outputLayers } from './ends.ts';

const DEFAULT_UNITS: readonly number[] = [32, 16];
const DEFAULT_WIDTH = 32;
const DEFAULT_DEPTH = 2;

export const mlp = defineArchitecture({
  learns: 'targets',
  schema: architectureSchema('mlp', 'Dense layers, for rows of numbers.', {
    units: counts
      .optional()
      .describe('The units of each hidden layer; by default 32 and 16, or as "width" and "depth" say.'),
    width: count.optional().describe('In place of "units": the units of every hidden layer; by default 32.'),
    depth: count.max(64).optional().describe('In place of "units": how many hidden layers; by default 2.'),
    dropout,
  }),
  conflict: ({ units, width, depth }) =>
    units !== undefined && (width ?? depth) !== undefined
      ? { path: ['units'], message: 'it cannot be given together with "width" and "depth"' }
      : undefined,
  layers({ units, width, depth, dropout }, input, output, scale) {
    const sized = width !== undefined || depth !== undefined;
    const hidden =
      units ??
      (sized ? new Array<number>(depth ?? DEFAULT_DEPTH).fill(width ?? DEFAULT_WIDTH) : DEFAULT_UNITS);
    return [
      ...asVector(input).layers,
      ...hidden.map(
        (size, index) =>
          ({ type: 'Dense', name: `hidden_${index + 1}`, units: scale(size), activation: 'relu' }) as const,
      ),
      ...outputLayers(output, dropout),
    ];
  },
});
