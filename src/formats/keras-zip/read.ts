/** Keras 3's `.keras` files: a ZIP archive with the layers as `config.json` and the weights as `model.weights.h5`. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { FloatModel, NamedWeight } from '../../core/float-model.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import { readHdf5 } from '../hdf5/read.ts';
import type { Hdf5Group } from '../hdf5/tree.ts';
import { LayerConfig } from '../keras/config.ts';
import { layerRow } from '../keras/layers.ts';
import { modelTopology } from '../keras/topology/model-topology.ts';
import { isModelClass, layersOf, type RawLayer } from '../keras/topology/raw-layer.ts';
import { DIRECTIONS } from '../keras/weights.ts';
import { parseJson } from '../parse-json.ts';
import { openZip, type ReadMember } from './unzip.ts';
import { splitWindowsGroups } from './windows-groups.ts';

function damaged(detail: string, cause?: unknown): Error {
  return inputError(
    'bad-keras',
    `The file is not a readable .keras model: ${detail}.`,
    'Save the model again with "model.save".',
    cause,
  );
}

/** `DepthwiseConv2D` as `depthwise_conv2d`, the way Keras names groups of weights after classes. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Weights lie under numbers; the layer's class and configuration tell which is which. */
function variables(
  path: readonly string[],
  className: string,
  config: LayerConfig,
  group: Hdf5Group | undefined,
): NamedWeight[] {
  const row = layerRow(className);
  const supported = row !== undefined && 'import' in row ? row : undefined;
  const names = supported?.weights?.(config) ?? [];
  const parts = supported?.parts?.(config) ?? [];
  return [
    ...namedVariables(path, names, group),
    ...parts.flatMap(([scope, attribute]) => {
      const part = group?.groups.get(attribute) ?? group?.groups.get(`_${attribute}`);
      return variables([...path, scope], 'Dense', config, part);
    }),
  ];
}

function namedVariables(
  path: readonly string[],
  names: readonly string[],
  group: Hdf5Group | undefined,
): NamedWeight[] {
  // Recurrent layers keep theirs in the cell.
  const owner = group?.groups.get('cell') ?? group;
  const stored = owner?.groups.get('vars')?.datasets ?? new Map();
  return names.map((name, index) => {
    const dataset = stored.get(String(index));
    if (dataset === undefined) {
      throw damaged(`weight ${index} ("${name}") of layer "${path.join('/')}" is missing`);
    }
    return { name: [...path, name].join('/'), ...dataset };
  });
}

function layerVariables(
  layer: RawLayer,
  path: readonly string[],
  group: Hdf5Group | undefined,
): NamedWeight[] {
  const { className, config, json } = layer;
  if (isModelClass(className)) return modelVariables(json, path, group);
  const inside = (scope: readonly string[], member: string, otherwise: string, stored: string) => {
    const inner = config.value(member) ?? config.value(otherwise);
    if (!isJsonObject(inner) || !isJsonObject(inner.config)) return [];
    const own = new LayerConfig(inner.config);
    return variables([...path, ...scope], String(inner.class_name), own, group?.groups.get(stored));
  };
  if (className === 'TimeDistributed' || className === 'SpectralNormalization') {
    return inside([], 'layer', 'layer', 'layer');
  }
  if (className !== 'Bidirectional') return variables(path, className, config, group);
  const [forward, backward] = DIRECTIONS;
  return [
    ...inside([forward], 'layer', 'layer', 'forward_layer'),
    ...inside([backward], 'backward_layer', 'layer', 'backward_layer'),
  ];
}

/** The groups of one class, in the order in which the model has the layers; some versions leave numbers out. */
function groupsOfClass(groups: Hdf5Group | undefined, className: string): readonly Hdf5Group[] {
  const base = snakeCase(className);
  const numberOf = (name: string): number => (name === base ? 0 : Number(name.slice(base.length + 1)));
  return [...(groups?.groups ?? [])]
    .filter(([name]) => name === base || (name.startsWith(`${base}_`) && Number.isInteger(numberOf(name))))
    .sort(([a], [b]) => numberOf(a) - numberOf(b))
    .map(([, group]) => group);
}

function modelVariables(
  model: JsonObject,
  path: readonly string[],
  group: Hdf5Group | undefined,
): NamedWeight[] {
  // TensorFlow 2.13 wrote `.keras` files with another name for the list of layers.
  const groups = group?.groups.get('layers') ?? group?.groups.get('_layer_checkpoint_dependencies');
  const seen = new Map<string, number>();
  return layersOf(model).flatMap((layer) => {
    const index = seen.get(layer.className) ?? 0;
    seen.set(layer.className, index + 1);
    return layerVariables(layer, [...path, layer.name], groupsOfClass(groups, layer.className)[index]);
  });
}

function readJson(readMember: ReadMember, name: string): JsonValue {
  const bytes = readMember(name, MAX_TEXT_BYTES);
  if (bytes === undefined) throw damaged(`"${name}" is missing from the archive`);
  return parseJson(decodeText(bytes, `"${name}" of the .keras file`), (detail, cause) =>
    damaged(`in "${name}" ${detail}`, cause),
  );
}

function readWeights(readMember: ReadMember): Uint8Array {
  const bytes = readMember('model.weights.h5');
  if (bytes !== undefined) return bytes;
  if (readMember('model.weights.json') !== undefined || readMember('model.weights.npz') !== undefined) {
    throw unsupportedError(
      'keras-weight-store',
      'The .keras file has its weights in several files or as .npz.',
      'Save the model with "model.save" and no other options.',
    );
  }
  throw damaged('"model.weights.h5" is missing from the archive');
}

/** Throws input errors (`bad-keras`, `bad-zip`, `bad-hdf5`) and what the parts find unsupported. */
export async function readKerasZip(bytes: Uint8Array, timeLimitMs?: number): Promise<FloatModel> {
  const readMember = openZip(bytes);
  const config = readJson(readMember, 'config.json');
  const metadata = readJson(readMember, 'metadata.json');
  const topology = modelTopology(config, isJsonObject(metadata) ? metadata.keras_version : undefined);
  if (topology === undefined) throw damaged('"config.json" describes no model');
  const limits = { fileBytes: bytes.length, timeLimitMs };
  const root = splitWindowsGroups(await readHdf5(readWeights(readMember), limits));
  return { topology, weights: isModelClass(topology.class_name) ? modelVariables(topology, [], root) : [] };
}
