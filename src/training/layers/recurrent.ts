/** Layers that go along the steps of a series and remember; kernels in Keras' layout, [inputs, gates · units]. */

import * as z from 'zod';
import type { Shape } from '../../core/tensor.ts';
import { biasWeights, defineLayer, glorotUniform, layerSchema, useBias, type WeightSpec } from './layer.ts';
import { splitChannels } from './window.ts';

/** What starts orthogonal takes a time that grows with their third power. */
export const MAX_RECURRENT_UNITS = 1024;

const fields = {
  units: z
    .int()
    .min(1)
    .max(MAX_RECURRENT_UNITS)
    .describe('The number of outputs of a step, all of which the next step sees.'),
  returnSequences: z
    .boolean()
    .default(false)
    .describe('Whether the outputs of all steps are handed on, or those of the last one alone.'),
  activation: z.literal('tanh').default('tanh').describe('The function of what is remembered.'),
  useBias,
};

const recurrentActivation = z.literal('sigmoid').default('sigmoid').describe('The function of the gates.');

interface Recurrent {
  readonly units: number;
  readonly returnSequences: boolean;
}

function outputShape({ units, returnSequences }: Recurrent, input: Shape): Shape {
  const { spatial } = splitChannels(1, input);
  return returnSequences ? [...spatial, units] : [units];
}

/** Keras' two kernels: `glorot_uniform` for what a step is given, orthogonal for what it remembers. */
function kernels({ units }: Recurrent, input: Shape, gates: number): WeightSpec[] {
  const { channels } = splitChannels(1, input);
  return [
    glorotUniform('kernel', [channels, gates * units]),
    { name: 'recurrent_kernel', shape: [units, gates * units], initializer: { type: 'orthogonal' } },
  ];
}

export const RECURRENT_LAYERS = {
  LSTM: defineLayer({
    schema: layerSchema('LSTM', 'Remembers along the steps: gates say what it takes, forgets and gives.', {
      ...fields,
      recurrentActivation,
    }),
    outputShape,
    weights(layer, input) {
      const { units, useBias } = layer;
      const bias: WeightSpec = {
        name: 'bias',
        shape: [4 * units],
        initializer: { type: 'forget-gate-ones' },
      };
      return [...kernels(layer, input, 4), ...(useBias ? [bias] : [])];
    },
  }),
  GRU: defineLayer({
    schema: layerSchema(
      'GRU',
      'Remembers along the steps, with one gate and one kind of memory less than LSTM.',
      {
        ...fields,
        recurrentActivation,
        resetAfter: z
          .literal(true)
          .default(true)
          .describe('Always true: the reset gate acts on what the recurrent kernel made of the memory.'),
      },
    ),
    outputShape,
    weights(layer, input) {
      const { units, useBias } = layer;
      const bias: WeightSpec = { name: 'bias', shape: [2, 3 * units], initializer: { type: 'zeros' } };
      return [...kernels(layer, input, 3), ...(useBias ? [bias] : [])];
    },
  }),
  SimpleRNN: defineLayer({
    schema: layerSchema('SimpleRNN', 'Remembers along the steps what it gave at the last one.', fields),
    outputShape,
    weights: (layer, input) => [...kernels(layer, input, 1), ...biasWeights(layer, layer.units)],
  }),
};
