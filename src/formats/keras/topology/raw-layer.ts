/** The layers of a model as its description has them, before anything is called. */

import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { LayerConfig } from '../config.ts';
import type { CallKind } from './calls.ts';
import { damagedTopology } from './references.ts';

export interface RawLayer {
  readonly name: string;
  readonly className: string;
  readonly json: JsonObject;
  readonly config: LayerConfig;
}

/** Layers of a model, and calls of them. */
export const MAX_CALLS = 10_000;

export function isModelClass(className: unknown): boolean {
  return className === 'Sequential' || className === 'Functional' || className === 'Model';
}

/** Keras 3 writes operations like layers: `Add` of `keras.ops` takes other arguments than the layer of that name. */
const OPERATION_MODULE = /^keras\.(src\.)?(ops|activations)(\.|$)/;
export const OPERATION_PREFIX = 'ops.';

/** No layers have these names, and .h5 files do not say where a class is from. */
const OF_MASKS: ReadonlySet<unknown> = new Set(['Any', 'NotEqual']);

function classNameOf(json: JsonObject): JsonValue | undefined {
  const className = json.class_name ?? json.className;
  const { module } = json;
  const isOperation =
    (typeof module === 'string' && OPERATION_MODULE.test(module)) ||
    (typeof module !== 'string' && OF_MASKS.has(className));
  return isOperation && typeof className === 'string' ? `${OPERATION_PREFIX}${className}` : className;
}

/** Their calls have several tensors by name, and settings. */
const CALLED_WITH_ARGUMENTS: ReadonlySet<string> = new Set([
  'AdditiveAttention',
  'Attention',
  'GroupQueryAttention',
  'GroupedQueryAttention',
  'MultiHeadAttention',
]);

export function callKindOf(className: string): CallKind {
  if (CALLED_WITH_ARGUMENTS.has(className)) return 'arguments';
  return isOperation(className) ? 'operation' : 'inputs';
}

/** Functions of TensorFlow in Keras 2, of `keras.ops` in Keras 3. */
function isOperation(className: string): boolean {
  return (
    className === 'TFOpLambda' || className === 'SlicingOpLambda' || className.startsWith(OPERATION_PREFIX)
  );
}

function rawLayer(json: JsonValue): RawLayer {
  if (!isJsonObject(json)) throw damagedTopology('a layer is not an object');
  const className = classNameOf(json);
  const config = Array.isArray(json.config) ? { layers: json.config } : json.config;
  if (typeof className !== 'string' || !isJsonObject(config)) {
    throw damagedTopology('a layer has no "class_name" or no "config"');
  }
  const name = json.name ?? config.name;
  if (typeof name !== 'string') throw damagedTopology(`a layer of type ${className} has no name`);
  return { name, className, json, config: new LayerConfig(config) };
}

/** The layers of a model's description; old Sequential models have them as their `config`. */
export function layersOf(model: JsonObject): RawLayer[] {
  const { config } = model;
  const list = isJsonObject(config) ? config.layers : config;
  if (!Array.isArray(list) || list.length === 0) throw damagedTopology('it has no layers');
  if (list.length > MAX_CALLS) throw damagedTopology(`it has ${list.length} layers`);
  const layers = list.map(rawLayer);
  if (new Set(layers.map(({ name }) => name)).size !== layers.length)
    throw damagedTopology('two layers have the same name');
  return layers;
}

/** The layers of a model and of the models inside it, in the order of the file. */
export function layersWithin(model: JsonObject): RawLayer[] {
  return layersOf(model).flatMap((layer) =>
    isModelClass(layer.className) ? [layer, ...layersWithin(layer.json)] : [layer],
  );
}

const RETURNED_STATES: ReadonlyMap<string, number> = new Map([
  ['LSTM', 2],
  ['GRU', 1],
  ['SimpleRNN', 1],
]);

/** How many states are outputs of the layer, behind the first one. */
export function returnedStates({ className, config }: RawLayer): number {
  const count = RETURNED_STATES.get(className) ?? 0;
  return count > 0 && config.boolean('return_state', false) ? count : 0;
}
