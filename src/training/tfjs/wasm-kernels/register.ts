/** The gradients that TensorFlow.js' WebAssembly backend does not have, or has wrong. */

import * as tf from '@tensorflow/tfjs-core';
import { conv2dBackpropFilterConfig } from './conv-2d-backprop-filter.ts';
import { depthwiseConv2dBackpropFilterConfig } from './depthwise-conv-2d-backprop-filter.ts';
import { depthwiseConv2dBackpropInputConfig } from './depthwise-conv-2d-backprop-input.ts';
import { maxPoolGradConfig } from './max-pool-grad.ts';

const KERNELS = [
  conv2dBackpropFilterConfig,
  depthwiseConv2dBackpropFilterConfig,
  depthwiseConv2dBackpropInputConfig,
  maxPoolGradConfig,
];

/** Replaces what is registered; may be called again. The backend must be loaded, because it registers its own first. */
export function registerWasmKernels(): void {
  for (const kernel of KERNELS) {
    const { kernelName, backendName } = kernel;
    if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
}
