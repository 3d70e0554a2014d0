/** What the last layer of a model makes of its sums, which tells classifiers from regressions. */

import type { JsonObject } from '../core/json.ts';
import { readTopology } from './topology.ts';

/** Layers that leave the values of their input as they are. */
const PASSIVE = new Set(['Dropout', 'Flatten', 'Reshape']);

/** The activation of the layer that makes a model's output in Keras' name, `linear` where it has none. */
export function outputActivation(topology: JsonObject): string {
  const layers = readTopology(topology);
  let last = layers.at(-1);
  while (last !== undefined && PASSIVE.has(last.spec.type)) last = layers[last.inputs[0]];
  if (last === undefined) return 'linear';
  if (last.spec.type === 'Softmax') return 'softmax';
  return 'activation' in last.spec ? last.spec.activation : 'linear';
}
