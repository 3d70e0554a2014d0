/** What the last layer of a model makes of its sums, which tells classifiers from regressions. */

import { isJsonObject, type JsonObject, type JsonValue } from '../core/json.ts';

/** Layers that leave the values of their input as they are. */
const PASSIVE = new Set(['Dropout', 'Flatten', 'Reshape']);

/** The activation of a Sequential model's last layer in Keras' name, `linear` where it has none. */
export function outputActivation({ config }: JsonObject): string {
  const layers: JsonValue = isJsonObject(config) ? (config.layers ?? []) : [];
  if (!Array.isArray(layers)) return 'linear';
  const last = (layers as readonly JsonValue[]).findLast(
    (layer) => isJsonObject(layer) && !PASSIVE.has(String(layer.class_name)),
  );
  if (!isJsonObject(last) || !isJsonObject(last.config)) return 'linear';
  return last.class_name === 'Softmax' ? 'softmax' : String(last.config.activation ?? 'linear');
}
