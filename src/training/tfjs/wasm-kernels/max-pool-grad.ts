/**
 * Gradient of max pooling by its input; channels last. TensorFlow.js 4.22 has one for WebAssembly, which passes nothing
 * on from windows whose largest element is not positive.
 */

import {
  backend_util,
  type KernelConfig,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type KernelCall, openHeap } from './heap.ts';
import { forEachTap } from './taps.ts';

type Shape4d = [number, number, number, number];

function maxPoolGrad({ inputs, attrs, backend }: KernelCall): TensorInfo {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as MaxPoolGradAttrs;
  const shape = input.shape as Shape4d;
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const channels = info.inChannels;
  const { output, outputData, inputData } = openHeap(backend, shape, [dy, input]);
  const [dyData, values] = inputData;
  const largest = new Float32Array(dyData.length).fill(-Infinity);
  const places = new Int32Array(dyData.length);
  forEachTap(info, (inputPixel, outputPixel) => {
    for (let channel = 0; channel < channels; channel++) {
      const place = inputPixel * channels + channel;
      const window = outputPixel * channels + channel;
      // The first of equal elements, as everywhere in TensorFlow.
      if (values[place] <= largest[window]) continue;
      largest[window] = values[place];
      places[window] = place;
    }
  });
  // The memory holds what was there before.
  outputData.fill(0);
  for (let window = 0; window < dyData.length; window++) outputData[places[window]] += dyData[window];
  return output;
}

export const maxPoolGradConfig: KernelConfig = {
  kernelName: MaxPoolGrad,
  backendName: 'wasm',
  kernelFunc: maxPoolGrad,
};
