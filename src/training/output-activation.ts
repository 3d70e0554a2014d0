/** What the last layer in front of an output makes of its sums, which tells classifiers from regressions. */

import type { JsonObject } from '../core/json.ts';
import { readTopology, topologyOutputs } from './topology.ts';

/** Layers that leave the values of their input as they are. */
const PASSIVE = new Set(['Dropout', 'Flatten', 'Reshape']);

/** The activation of the layer that makes an output of a model in Keras' name, `linear` where it has none. */
export function outputActivation(topology: JsonObject, output = 0): string {
  const layers = readTopology(topology);
  let last: (typeof layers)[number] | undefined = layers[topologyOutputs(topology)[output]];
  while (last !== undefined && PASSIVE.has(last.spec.type)) last = layers[last.inputs[0]];
  if (last === undefined) return 'linear';
  if (last.spec.type === 'Softmax') return 'softmax';
  return 'activation' in last.spec ? last.spec.activation : 'linear';
}
