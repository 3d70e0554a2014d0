/** Reads TensorFlow.js' Layers format, whoever wrote it. Sizes are checked before anything is loaded. */

import * as z from 'zod';
import { inputError, unsupportedError } from '../../core/errors.ts';
import type { FloatModel, NamedWeight } from '../../core/float-model.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { modelTopology } from '../keras/topology/model-topology.ts';
import { parseJson } from '../parse-json.ts';
import {
  damagedModel,
  type Manifest,
  manifestSchema,
  readWeights,
  type StoredWeight,
} from './weights-manifest.ts';

const modelJsonSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: manifestSchema,
});

const damaged = damagedModel(
  'TensorFlow.js model',
  'Export the model again with "model.save" of TensorFlow.js.',
);

function parseModelJson(text: string): z.output<typeof modelJsonSchema> {
  const json = parseJson(text, damaged);
  if (isJsonObject(json) && json.format === 'graph-model') {
    throw unsupportedError(
      'tfjs-graph-model',
      'model.json holds a graph model, which has operators but no layers.',
      'Convert the Keras model with "--output_format=tfjs_layers_model", or give its .h5 or .keras file.',
    );
  }
  if (isJsonObject(json) && json.modelTopology === undefined) {
    throw inputError(
      'bad-tfjs-model',
      'The file is JSON without "modelTopology", and so no model of TensorFlow.js.',
      'Give the model.json that "model.save" of TensorFlow.js wrote, or a model file of another kind.',
    );
  }
  const parsed = modelJsonSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(`${issue.path.length === 0 ? 'the file' : issue.path.join('.')}: ${issue.message}`);
  }
  return parsed.data;
}

/** TensorFlow.js writes the model's configuration bare, the Keras converter inside `model_config`. */
function topologyOf(description: Readonly<Record<string, unknown>>): JsonObject {
  const { model_config: config = description, keras_version: version } = description;
  const topology = modelTopology(config, version);
  if (topology === undefined) throw damaged('"modelTopology" describes no model');
  return topology;
}

function requireFloats(groups: Manifest): void {
  const other = groups.flatMap(({ weights }) => weights).find(({ dtype }) => dtype !== 'float32');
  if (other === undefined) return;
  throw unsupportedError(
    'tfjs-weight-type',
    `Weight "${other.name}" is ${other.dtype}, and layers have float32 weights only.`,
    'Export the model again with "model.save" of TensorFlow.js.',
  );
}

function namedWeight({ name, shape, data }: StoredWeight): NamedWeight {
  return { name, shape, data: data as Float32Array };
}

/**
 * `loadShard` returns the bytes of a weight file named relative to `model.json`; only names that stay inside its
 * folder are asked for.
 */
export function readTfjsModel(modelJson: string, loadShard: (path: string) => Uint8Array): FloatModel {
  const { modelTopology, weightsManifest } = parseModelJson(modelJson);
  const topology = topologyOf(modelTopology);
  requireFloats(weightsManifest);
  return { topology, weights: readWeights(weightsManifest, loadShard, damaged).map(namedWeight) };
}
