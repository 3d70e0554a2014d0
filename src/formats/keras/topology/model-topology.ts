import { isJsonObject, type JsonObject } from '../../../core/json.ts';

/**
 * The topology of a `FloatModel` from the configuration of a model and the version of Keras that wrote it, as far as a
 * file has it; undefined for what describes no model.
 */
export function modelTopology(config: unknown, version: unknown): JsonObject | undefined {
  if (!isJsonObject(config) || typeof config.class_name !== 'string') return undefined;
  return typeof version === 'string' ? { ...config, keras_version: version } : config;
}
