/** Writes TensorFlow.js' Layers format: `model.json`, and one file with all weights as little-endian float32. */

import type { FloatModel } from '../../core/float-model.ts';
import { prettyJson } from '../../core/json.ts';
import { bytesOf } from '../../core/tensor.ts';

/** The only shard that `model.json` names. */
const WEIGHTS_FILE = 'weights.bin';

export function writeTfjsModel(model: FloatModel): { modelJson: string; weights: Uint8Array } {
  const modelJson = prettyJson({
    format: 'layers-model',
    generatedBy: 'tinyml',
    convertedBy: null,
    modelTopology: { model_config: model.topology },
    weightsManifest: [
      {
        paths: [WEIGHTS_FILE],
        weights: model.weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  });
  const weights = new Uint8Array(model.weights.reduce((total, { data }) => total + data.byteLength, 0));
  let offset = 0;
  for (const { data } of model.weights) {
    weights.set(bytesOf(data), offset);
    offset += data.byteLength;
  }
  return { modelJson, weights };
}
