/** The inputs of a model, as the layers that begin it declare them. */

import { unsupportedError } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Shape } from '../../../core/tensor.ts';
import { endsOf } from './calls.ts';
import type { ModelInput } from './keras-model.ts';
import { isModelClass, layersOf, type RawLayer } from './raw-layer.ts';
import { damagedTopology, type TensorReference } from './references.ts';

function withBatch1(layerName: string, shape: JsonValue): Shape {
  if (!Array.isArray(shape) || shape.length === 0)
    throw damagedTopology(`layer "${layerName}" has no list as its input shape`);
  return [1, ...shape.slice(1)].map((dimension) => {
    if (dimension === null || dimension === -1) {
      throw unsupportedError(
        'dynamic-shape',
        `Layer "${layerName}" takes inputs of any length (its shape is ${JSON.stringify(shape)}), and a microcontroller needs one size.`,
        'Build the model with a fixed input shape.',
      );
    }
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      throw damagedTopology(`layer "${layerName}" has the input shape ${JSON.stringify(shape)}`);
    }
    return dimension;
  });
}

/** `batch_input_shape` (Keras 2, TensorFlow.js) or `batch_shape` (Keras 3) with batch 1; of a model, its input's. */
function declaredShape({ name, className, config, json }: RawLayer): Shape | undefined {
  const build = json.build_config;
  const shape =
    config.value('batch_input_shape') ??
    config.value('batch_shape') ??
    (isJsonObject(build) ? (build.input_shape ?? undefined) : undefined);
  if (shape !== undefined) return withBatch1(name, shape);
  return isModelClass(className) ? inputsOf(className, json)?.[0].shape : undefined;
}

/** What the first layer of a Sequential model tells, or the input layers; undefined where no shape is told. */
export function inputsOf(className: string, model: JsonObject): readonly ModelInput[] | undefined {
  const layers = layersOf(model);
  const { config } = model;
  if (className === 'Sequential') {
    const [first] = layers;
    const built = isJsonObject(config) ? (config.build_input_shape ?? undefined) : undefined;
    const shape = declaredShape(first) ?? (built === undefined ? undefined : withBatch1(first.name, built));
    return shape === undefined ? undefined : [{ name: first.name, shape }];
  }
  if (!isJsonObject(config)) throw damagedTopology('it has no "config"');
  return endsIn(config, 'input').map(({ layer }) => {
    const input = layers.find(({ name }) => name === layer);
    const shape = input === undefined ? undefined : declaredShape(input);
    if (shape === undefined) throw damagedTopology(`its input layer "${layer}" has no shape`);
    return { name: layer, shape };
  });
}

/** One or more. */
export function endsIn(config: JsonObject, what: 'input' | 'output'): readonly TensorReference[] {
  const ends =
    what === 'input'
      ? endsOf(config, 'input_layers', 'inputLayers')
      : endsOf(config, 'output_layers', 'outputLayers');
  if (ends.length === 0) throw damagedTopology(`it names no ${what}`);
  return ends;
}
