/** Keras' `.h5` files, of Keras 2 and of Keras 3: `model_config` as an attribute, weights in one group per layer. */

import { inputError } from '../../core/errors.ts';
import type { FloatModel, NamedWeight } from '../../core/float-model.ts';
import { modelTopology } from '../keras/topology/model-topology.ts';
import { parseJson } from '../parse-json.ts';
import { readHdf5 } from './read.ts';
import type { Hdf5Dataset, Hdf5Group } from './tree.ts';

function damaged(detail: string, cause?: unknown): Error {
  return inputError(
    'bad-keras-h5',
    `The file is not a readable Keras model: ${detail}.`,
    'Save the whole model again with "model.save".',
    cause,
  );
}

/** Lists too long for one attribute are cut into `name0`, `name1`, and so on. */
function textList({ texts }: Hdf5Group, name: string): readonly string[] {
  const whole = texts.get(name);
  if (whole !== undefined) return whole;
  const parts: (readonly string[])[] = [];
  for (let part = texts.get(`${name}0`); part !== undefined; part = texts.get(`${name}${parts.length}`)) {
    parts.push(part);
  }
  return parts.flat();
}

function datasetAt(group: Hdf5Group, path: string): Hdf5Dataset | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const parent = parts.slice(0, -1).reduce<Hdf5Group | undefined>((at, part) => at?.groups.get(part), group);
  return parent?.datasets.get(parts.at(-1) ?? '');
}

/** `layer/weight`, whatever scopes TensorFlow put around the name. */
function weightName(layer: string, stored: string): string {
  const plain = stored.replace(/:0$/, '');
  return plain.startsWith(`${layer}/`) ? plain : `${layer}/${plain}`;
}

function layerWeights(layer: string, group: Hdf5Group | undefined): NamedWeight[] {
  if (group === undefined) throw damaged(`the group of layer "${layer}" is missing`);
  return textList(group, 'weight_names').map((stored) => {
    const dataset = datasetAt(group, stored);
    if (dataset === undefined) throw damaged(`the weight "${stored}" of layer "${layer}" is missing`);
    return { name: weightName(layer, stored), ...dataset };
  });
}

/** Throws `bad-keras-h5` and `bad-hdf5` (input), and what `readHdf5` finds unsupported. */
export async function readKerasH5(bytes: Uint8Array, timeLimitMs?: number): Promise<FloatModel> {
  const root = await readHdf5(bytes, { timeLimitMs });
  const [config] = root.texts.get('model_config') ?? [];
  const weights = root.groups.get('model_weights');
  if (config === undefined || weights === undefined) {
    throw inputError(
      'weights-only',
      `The file has ${config === undefined ? 'no description of the layers' : 'no weights'}.`,
      'Save the whole model with "model.save", not with "save_weights" or "to_json".',
    );
  }
  const [version] = root.texts.get('keras_version') ?? weights.texts.get('keras_version') ?? [];
  const topology = modelTopology(parseJson(config, damaged), version);
  if (topology === undefined) throw damaged('"model_config" describes no model');
  return {
    topology,
    weights: textList(weights, 'layer_names').flatMap((layer) =>
      layerWeights(layer, weights.groups.get(layer)),
    ),
  };
}
