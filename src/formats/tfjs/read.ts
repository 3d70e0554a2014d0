/** Reads TensorFlow.js' Layers format, whoever wrote it. Sizes are checked before anything is loaded. */

import * as z from 'zod';
import { inputError, type TinymlError, unsupportedError } from '../../core/errors.ts';
import type { FloatModel, NamedWeight } from '../../core/float-model.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import { dataFromBytes, elementCount } from '../../core/tensor.ts';
import { checkBesidePath } from '../beside-path.ts';
import { modelTopology } from '../keras/model-topology.ts';
import { parseJson } from '../parse-json.ts';

const MAX_WEIGHT_BYTES = 1 << 30;

const weightSchema = z.looseObject({
  name: z.string().min(1).max(1024),
  shape: z.array(z.int().min(0)).max(8),
  dtype: z.string(),
});

const groupSchema = z.looseObject({
  paths: z.array(z.string().min(1).max(1024)).max(10_000),
  weights: z.array(weightSchema).max(100_000),
});

const modelJsonSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(groupSchema).max(10_000),
});

type WeightGroup = z.output<typeof groupSchema>;
type WeightEntry = z.output<typeof weightSchema>;

function damaged(detail: string, cause?: unknown): TinymlError {
  return inputError(
    'bad-tfjs-model',
    `model.json is not a readable TensorFlow.js model: ${detail}.`,
    'Export the model again with "model.save" of TensorFlow.js.',
    cause,
  );
}

function parseModelJson(text: string): z.output<typeof modelJsonSchema> {
  const json = parseJson(text, damaged);
  if (isJsonObject(json) && json.format === 'graph-model') {
    throw unsupportedError(
      'tfjs-graph-model',
      'model.json holds a graph model, which has operators but no layers.',
      'Convert the Keras model with "--output_format=tfjs_layers_model", or give its .h5 or .keras file.',
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

function byteLength({ name, shape, dtype, quantization }: WeightEntry): number {
  if (dtype !== 'float32' || quantization !== undefined) {
    throw unsupportedError(
      'tfjs-weight-type',
      `Weight "${name}" is ${quantization === undefined ? dtype : `quantized ${dtype}`}, and tinyml reads float32 weights only.`,
      'Export the model without weight quantization; tinyml quantizes it itself.',
    );
  }
  return elementCount(shape) * 4;
}

function joinShards(
  paths: readonly string[],
  expectedBytes: number,
  loadShard: (path: string) => Uint8Array,
): Uint8Array {
  const joined = new Uint8Array(expectedBytes);
  let offset = 0;
  for (const path of paths) {
    const shard = loadShard(path);
    if (shard.length > expectedBytes - offset) {
      throw damaged(`its weight files hold more than the ${expectedBytes} bytes that it lists`);
    }
    joined.set(shard, offset);
    offset += shard.length;
  }
  if (offset !== expectedBytes) {
    throw damaged(`its weight files hold ${offset} bytes instead of the ${expectedBytes} that it lists`);
  }
  return joined;
}

function readGroup({ paths, weights }: WeightGroup, loadShard: (path: string) => Uint8Array): NamedWeight[] {
  const lengths = weights.map(byteLength);
  const bytes = joinShards(
    paths,
    lengths.reduce((total, length) => total + length, 0),
    loadShard,
  );
  let offset = 0;
  return weights.map(({ name, shape }, index) => {
    const start = offset;
    offset += lengths[index];
    return { name, shape, data: dataFromBytes('float32', bytes.subarray(start, offset)) as Float32Array };
  });
}

function checkManifest(groups: readonly WeightGroup[]): void {
  const names = groups.flatMap((group) => group.weights.map(({ name }) => name));
  const paths = groups.flatMap((group) => group.paths);
  for (const path of paths) checkBesidePath(path);
  if (new Set(names).size !== names.length) throw damaged('it lists a weight twice');
  if (new Set(paths).size !== paths.length) throw damaged('it lists a weight file twice');
  const bytes = groups
    .flatMap((group) => group.weights.map(byteLength))
    .reduce((total, length) => total + length, 0);
  if (bytes > MAX_WEIGHT_BYTES) {
    throw unsupportedError(
      'model-too-large',
      `The weights of this model take ${bytes} bytes; no microcontroller holds the tenth part of them.`,
    );
  }
}

/**
 * `loadShard` returns the bytes of a weight file named relative to `model.json`; only names that stay inside its
 * folder are asked for.
 */
export function readTfjsModel(modelJson: string, loadShard: (path: string) => Uint8Array): FloatModel {
  const { modelTopology, weightsManifest } = parseModelJson(modelJson);
  const topology = topologyOf(modelTopology);
  checkManifest(weightsManifest);
  return { topology, weights: weightsManifest.flatMap((group) => readGroup(group, loadShard)) };
}
