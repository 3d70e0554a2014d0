/** Brings Sequential and Functional models of Keras 2, Keras 3 and TensorFlow.js into one list of layers. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { FloatModel } from '../../core/float-model.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Shape } from '../../core/tensor.ts';
import { LayerConfig } from './config.ts';

export interface KerasLayer {
  /** Unique in the model. */
  readonly name: string;
  readonly className: string;
  readonly config: LayerConfig;
  /** The names of the layers whose outputs it reads, in order. */
  readonly inputs: readonly string[];
}

export interface KerasModel {
  readonly inputName: string;
  /** With batch 1. */
  readonly inputShape: Shape;
  /** In execution order, without input layers. */
  readonly layers: readonly KerasLayer[];
  /** The layer that makes the output. */
  readonly outputName: string;
}

const SEQUENTIAL_INPUT = 'input';
const MAX_LAYERS = 10_000;
const MAX_REFERENCE_DEPTH = 16;

function damaged(detail: string): Error {
  return inputError('bad-topology', `The model's description is damaged: ${detail}.`);
}

interface RawLayer {
  readonly name: string;
  readonly className: string;
  readonly json: JsonObject;
  readonly config: LayerConfig;
}

function rawLayer(json: JsonValue): RawLayer {
  if (!isJsonObject(json)) throw damaged('a layer is not an object');
  const className = json.class_name ?? json.className;
  const { config } = json;
  if (typeof className !== 'string' || !isJsonObject(config)) {
    throw damaged('a layer has no "class_name" or no "config"');
  }
  const name = json.name ?? config.name;
  if (typeof name !== 'string') throw damaged(`a layer of type ${className} has no name`);
  return { name, className, json, config: new LayerConfig(config) };
}

function rawLayers(list: JsonValue | undefined): RawLayer[] {
  if (!Array.isArray(list) || list.length === 0) throw damaged('it has no layers');
  if (list.length > MAX_LAYERS) throw damaged(`it has ${list.length} layers`);
  const layers = list.map(rawLayer);
  if (new Set(layers.map(({ name }) => name)).size !== layers.length)
    throw damaged('two layers have the same name');
  return layers;
}

/** `batch_input_shape` (Keras 2, TensorFlow.js) or `batch_shape` (Keras 3) with batch 1. */
function declaredShape({ name, config, json }: RawLayer): Shape | undefined {
  const build = json.build_config;
  const shape =
    config.value('batch_input_shape') ??
    config.value('batch_shape') ??
    (isJsonObject(build) ? (build.input_shape ?? undefined) : undefined);
  return shape === undefined ? undefined : withBatch1(name, shape);
}

function withBatch1(layerName: string, shape: JsonValue): Shape {
  if (!Array.isArray(shape) || shape.length === 0)
    throw damaged(`layer "${layerName}" has no list as its input shape`);
  return [1, ...shape.slice(1)].map((dimension) => {
    if (dimension === null || dimension === -1) {
      throw unsupportedError(
        'dynamic-shape',
        `Layer "${layerName}" takes inputs of any length (its shape is ${JSON.stringify(shape)}), and a microcontroller needs one size.`,
        'Build the model with a fixed input shape.',
      );
    }
    if (!Number.isSafeInteger(dimension) || dimension < 1) {
      throw damaged(`layer "${layerName}" has the input shape ${JSON.stringify(shape)}`);
    }
    return dimension;
  });
}

function readSequential(config: JsonValue | undefined): KerasModel {
  const list = isJsonObject(config) ? config.layers : config;
  const all = rawLayers(list);
  const buildShape = isJsonObject(config) ? (config.build_input_shape ?? undefined) : undefined;
  const [first] = all;
  const inputShape =
    declaredShape(first) ?? (buildShape === undefined ? undefined : withBatch1(first.name, buildShape));
  if (inputShape === undefined) {
    throw inputError(
      'missing-input-shape',
      `The first layer, "${first.name}", does not tell the shape of the input.`,
      'Give the first layer an input shape, or call the model once before saving it.',
    );
  }
  const inputName = first.className === 'InputLayer' ? first.name : SEQUENTIAL_INPUT;
  let previous = inputName;
  const layers = (first.className === 'InputLayer' ? all.slice(1) : all).map(
    ({ name, className, config }) => {
      const layer = { name, className, config, inputs: [previous] };
      previous = name;
      return layer;
    },
  );
  return { inputName, inputShape, layers, outputName: previous };
}

/** Every `["layer", node, tensor, …]` inside a Keras 2 or Keras 3 description of a call, in order. */
function referencesIn(
  value: JsonValue | undefined,
  depth = 0,
): { layer: string; node: number; tensor: number }[] {
  if (depth > MAX_REFERENCE_DEPTH) throw damaged('a call is nested too deeply');
  if (Array.isArray(value)) {
    const [layer, node, tensor] = value;
    if (typeof layer === 'string' && typeof node === 'number' && typeof tensor === 'number') {
      return [{ layer, node, tensor }];
    }
    return value.flatMap((item) => referencesIn(item, depth + 1));
  }
  if (!isJsonObject(value)) return [];
  if (value.class_name === '__keras_tensor__' && isJsonObject(value.config)) {
    return referencesIn(value.config.keras_history, depth + 1);
  }
  return 'args' in value ? referencesIn(value.args, depth + 1) : [];
}

function producers(value: JsonValue | undefined, reader: string): string[] {
  return referencesIn(value).map(({ layer, node, tensor }) => {
    if (node !== 0 || tensor !== 0) {
      throw unsupportedError(
        'shared-layer',
        `${reader} reads a second use or a second output of layer "${layer}", which tinyml cannot convert.`,
        'Give every use of a layer its own layer.',
      );
    }
    return layer;
  });
}

function onlyOne(what: string, names: readonly string[]): string {
  if (names.length === 0) throw damaged(`it names no ${what}`);
  if (names.length > 1) {
    throw unsupportedError(
      'several-inputs-or-outputs',
      `The model has ${names.length} ${what}s (${names.join(', ')}), and tinyml converts models with one.`,
      `Build a model with one ${what} from the same layers.`,
    );
  }
  return names[0];
}

function inboundLayers({ name, json }: RawLayer): string[] {
  const calls = json.inbound_nodes ?? json.inboundNodes;
  if (!Array.isArray(calls) || calls.length === 0) throw damaged(`layer "${name}" reads nothing`);
  if (calls.length > 1) {
    throw unsupportedError(
      'shared-layer',
      `Layer "${name}" is used ${calls.length} times, which tinyml cannot convert.`,
      'Give every use its own layer.',
    );
  }
  return producers(calls[0], `Layer "${name}"`);
}

/** Layers after those they read; a cycle or a missing layer is damage. */
function inExecutionOrder(layers: readonly KerasLayer[], inputName: string): KerasLayer[] {
  const done = new Set([inputName]);
  const ordered: KerasLayer[] = [];
  let waiting = layers;
  while (waiting.length > 0) {
    const blocked: KerasLayer[] = [];
    for (const layer of waiting) {
      if (layer.inputs.every((name) => done.has(name))) {
        ordered.push(layer);
        done.add(layer.name);
      } else {
        blocked.push(layer);
      }
    }
    if (blocked.length === waiting.length)
      throw damaged(`layer "${blocked[0].name}" reads what no layer makes`);
    waiting = blocked;
  }
  return ordered;
}

function readFunctional(config: JsonValue | undefined): KerasModel {
  if (!isJsonObject(config)) throw damaged('it has no "config"');
  const all = rawLayers(config.layers);
  const inputName = onlyOne('input', producers(config.input_layers ?? config.inputLayers, 'The model'));
  const outputName = onlyOne('output', producers(config.output_layers ?? config.outputLayers, 'The model'));
  const input = all.find(({ name }) => name === inputName);
  const inputShape = input === undefined ? undefined : declaredShape(input);
  if (inputShape === undefined) throw damaged(`its input layer "${inputName}" has no shape`);
  const layers = all
    .filter(({ className }) => className !== 'InputLayer')
    .map((layer) => ({
      name: layer.name,
      className: layer.className,
      config: layer.config,
      inputs: inboundLayers(layer),
    }));
  return { inputName, inputShape, layers: inExecutionOrder(layers, inputName), outputName };
}

export function readTopology({ topology }: Pick<FloatModel, 'topology'>): KerasModel {
  const className = topology.class_name ?? topology.className;
  switch (className) {
    case 'Sequential':
      return readSequential(topology.config);
    case 'Functional':
    case 'Model':
      return readFunctional(topology.config);
    default:
      throw unsupportedError(
        'model-class',
        `The model is of class ${JSON.stringify(className ?? null)}, and only Sequential and Functional models describe their layers.`,
        'Rebuild the model from Keras layers without subclassing Model.',
      );
  }
}
