/**
 * Training of dilated convolutions. TensorFlow.js has no gradients of them; a kernel with zeros between its elements
 * computes the same without dilation, and has them.
 */

import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** `rate − 1` zeros between the elements along `axis`. */
function spreadAlong(kernel: tf.Tensor, axis: number, rate: number): tf.Tensor {
  const { shape } = kernel;
  const size = shape[axis];
  const before = tf.util.sizeFromShape(shape.slice(0, axis));
  const after = tf.util.sizeFromShape(shape.slice(axis + 1));
  const padded = tf.pad(tf.reshape(kernel, [before * size, 1, after]), [
    [0, 0],
    [0, rate - 1],
    [0, 0],
  ]);
  const reach = (size - 1) * rate + 1;
  const spread = tf.slice(tf.reshape(padded, [before, size * rate, after]), 0, [before, reach, after]);
  return tf.reshape(spread, [...shape.slice(0, axis), reach, ...shape.slice(axis + 1)]);
}

/** Makes the model's dilated layers compute with spread kernels; their weights stay as they are. */
export function spreadDilatedKernels(model: LayersModel): void {
  for (const layer of model.layers) {
    const rates: unknown = Reflect.get(layer, 'dilationRate');
    if (!Array.isArray(rates) || rates.every((rate) => rate === 1)) continue;
    const member = layer.getClassName() === 'SeparableConv2D' ? 'depthwiseKernel' : 'kernel';
    const kernel = Reflect.get(layer, member) as { read(): tf.Tensor };
    const read = (): tf.Tensor =>
      (rates as number[]).reduce((tensor, rate, axis) => spreadAlong(tensor, axis, rate), kernel.read());
    Object.assign(layer, { dilationRate: rates.map(() => 1), [member]: { read } });
  }
}
