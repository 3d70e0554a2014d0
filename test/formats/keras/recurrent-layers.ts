/** Keras models of a sequence with weights of their own. */

import type { FloatModel } from '../../../src/core/float-model.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { createRandom } from '../../../src/core/random.ts';

export const GATES = { LSTM: 4, GRU: 3, SimpleRNN: 1 } as const;
export type RecurrentKind = keyof typeof GATES;

export const [STEPS, DEPTH, UNITS] = [6, 2, 3];

export interface SequenceLayer {
  readonly kind: string;
  readonly config?: JsonObject;
}

function weightsOf({ kind, config = {} }: SequenceLayer, name: string, depth: number) {
  const random = createRandom(4, name);
  const weight = (part: string, shape: readonly number[]) => ({
    name: `${name}/${part}`,
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() * 2 - 1),
  });
  if (kind === 'Dense') return [weight('kernel', [depth, UNITS]), weight('bias', [UNITS])];
  if (!Object.hasOwn(GATES, kind)) return [];
  const width = GATES[kind as RecurrentKind] * UNITS;
  const bias = config.reset_after === true ? [2, width] : [width];
  return [weight('kernel', [depth, width]), weight('recurrent_kernel', [UNITS, width]), weight('bias', bias)];
}

/** Layers one after another over [STEPS, DEPTH], each of UNITS. */
export function sequenceModel(layers: readonly SequenceLayer[], shape = [STEPS, DEPTH]): FloatModel {
  const named = layers.map((layer, index) => ({ ...layer, name: `layer_${index}` }));
  const topology = {
    class_name: 'Sequential',
    config: {
      layers: [
        { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, ...shape] } },
        ...named.map(({ kind, name, config }) => ({
          class_name: kind,
          config: { name, units: UNITS, ...config },
        })),
      ],
    },
  } as unknown as JsonObject;
  const weights = named.flatMap((layer, index) => weightsOf(layer, layer.name, index === 0 ? DEPTH : UNITS));
  return { topology, weights };
}

/** [count, STEPS, DEPTH]. */
export function sequences(count: number): { readonly shape: readonly number[]; readonly data: Float32Array } {
  const random = createRandom(7, 'sequences');
  const data = Float32Array.from({ length: count * STEPS * DEPTH }, () => random.uniform() * 4 - 2);
  return { shape: [count, STEPS, DEPTH], data };
}
