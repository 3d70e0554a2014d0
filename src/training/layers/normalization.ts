/** Normalization with statistics that training gathers. */

import * as z from 'zod';
import { defineLayer, lastDimension, layerSchema, sameShapeAsInput, type WeightSpec } from './layer.ts';

export const NORMALIZATION_LAYERS = {
  BatchNormalization: defineLayer({
    schema: layerSchema('BatchNormalization', 'Every channel gets its mean and spread from training.', {
      axis: z.literal(-1).default(-1).describe('The channels: always the last dimension.'),
      momentum: z
        .number()
        .min(0)
        .lt(1)
        .default(0.99)
        .describe('The share of the moving mean and variance that each batch leaves in place.'),
      epsilon: z.number().gt(0).max(1).default(0.001).describe('Added to the variance.'),
    }),
    outputShape(_, input) {
      lastDimension(input);
      return sameShapeAsInput(_, input);
    },
    weights(_, input) {
      const channels = lastDimension(input);
      const weight = (name: string, type: 'zeros' | 'ones'): WeightSpec => ({
        name,
        shape: [channels],
        initializer: { type },
      });
      return [
        weight('gamma', 'ones'),
        weight('beta', 'zeros'),
        weight('moving_mean', 'zeros'),
        weight('moving_variance', 'ones'),
      ];
    },
  }),
};
