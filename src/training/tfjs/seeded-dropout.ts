/** Dropout with our own random numbers: TensorFlow.js' is either unseeded or drops the same elements in every batch. */

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { createRandom } from '../../core/random.ts';

/** Replaces what the model's Dropout layers compute while training; each layer has its own stream of the seed. */
export function seedDropout(model: LayersModel, seed: number): void {
  for (const layer of model.layers) {
    if (layer.getClassName() !== 'Dropout') continue;
    const rate = Number(layer.getConfig().rate);
    const random = createRandom(seed, `dropout:${layer.name}`);
    layer.call = (inputs, kwargs) => {
      const input = Array.isArray(inputs) ? inputs[0] : inputs;
      if (kwargs.training !== true || rate === 0) return input;
      const mask = Float32Array.from({ length: input.size }, () =>
        random.uniform() < rate ? 0 : 1 / (1 - rate),
      );
      return tf.mul(input, tf.tensor(mask, input.shape));
    };
  }
}
