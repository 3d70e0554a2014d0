/** Layers that remember along the steps of a series. */

import * as z from 'zod';
import type { LayerInput } from '../layer-table.ts';
import { MAX_RECURRENT_UNITS } from '../layers/recurrent.ts';
import { MAX_SIZE } from '../layers/window.ts';
import { architectureSchema, count, defineArchitecture, dropout } from './architecture.ts';
import { asSeries, outputLayers } from './ends.ts';

/** More steps are averaged to fewer before: each is computed by itself. */
const MOST_STEPS = 32;

function recurrent<Name extends string>(name: Name, type: 'GRU' | 'LSTM', summary: string) {
  return defineArchitecture({
    learns: 'targets',
    schema: architectureSchema(name, summary, {
      units: z
        .array(count.max(MAX_RECURRENT_UNITS))
        .min(1)
        .max(8)
        .default([16])
        .describe('The units of each layer; all but the last hand on every step.'),
      pool: z
        .int()
        .min(1)
        .max(MAX_SIZE)
        .optional()
        .describe(`How many steps are averaged into one before; by default as many as leave ${MOST_STEPS}.`),
      dropout,
    }),
    layers({ units, pool, dropout }, input, output, scale) {
      const beginning = asSeries(input);
      const poolSize = pool ?? Math.min(MAX_SIZE, Math.ceil(beginning.shape[0] / MOST_STEPS));
      const averaged: LayerInput[] =
        poolSize > 1 ? [{ type: 'AveragePooling1D', name: 'averaged', poolSize }] : [];
      return [
        ...beginning.layers,
        ...averaged,
        ...units.map((size, index) => ({
          type,
          name: `${name}_${index + 1}`,
          units: Math.min(MAX_RECURRENT_UNITS, scale(size)),
          returnSequences: index < units.length - 1,
        })),
        ...outputLayers(output, dropout),
      ];
    },
  });
}

export const gru = recurrent('gru', 'GRU', 'GRU layers along the steps of a series, then their last state.');

export const lstm = recurrent(
  'lstm',
  'LSTM',
  'LSTM layers along the steps of a series, then their last state.',
);
