/** Dense layers through a bottleneck, back to the input. */

import { architectureSchema, counts, defineArchitecture } from './architecture.ts';
import { asVector, outputLayers } from './ends.ts';

export const autoencoder = defineArchitecture({
  learns: 'input',
  schema: architectureSchema(
    'autoencoder',
    'Dense layers through a bottleneck back to the input, for the task anomaly.',
    {
      hidden: counts
        .default([24, 6, 24])
        .describe('The units of each hidden layer; what is normal must pass through the smallest.'),
    },
  ),
  layers({ hidden }, input, { task }, scale) {
    const beginning = asVector(input);
    return [
      ...beginning.layers,
      ...hidden.map(
        (size, index) =>
          ({ type: 'Dense', name: `hidden_${index + 1}`, units: scale(size), activation: 'relu' }) as const,
      ),
      ...outputLayers({ task, units: beginning.shape[0] }),
    ];
  },
});
