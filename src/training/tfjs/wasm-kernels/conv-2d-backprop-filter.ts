/** Gradient of a convolution by its kernel, [height, width, inputs, outputs]; channels last. */

import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, Conv2DBackpropFilter, type Conv2DBackpropFilterAttrs } from '@tensorflow/tfjs-core';
import { type KernelCall, openHeap } from './heap.ts';
import { forEachTap } from './taps.ts';

type Shape4d = [number, number, number, number];

function conv2dBackpropFilter({ inputs, attrs, backend }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as Conv2DBackpropFilterAttrs;
  const info = backend_util.computeConv2DInfo(
    x.shape as Shape4d,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { inChannels, outChannels } = info;
  const { output, outputData, inputData } = openHeap(backend, filterShape, [x, dy]);
  const [xData, dyData] = inputData;
  // Each element sums over all pixels of the batch: doubles keep the sum exact enough.
  const sums = new Float64Array(outputData.length);
  forEachTap(info, (inputPixel, outputPixel, tap) => {
    let index = tap * inChannels * outChannels;
    for (let input = inputPixel * inChannels; input < (inputPixel + 1) * inChannels; input++) {
      const value = xData[input];
      for (let channel = outputPixel * outChannels; channel < (outputPixel + 1) * outChannels; channel++) {
        sums[index++] += value * dyData[channel];
      }
    }
  });
  outputData.set(sums);
  return output;
}

export const conv2dBackpropFilterConfig: KernelConfig = {
  kernelName: Conv2DBackpropFilter,
  backendName: 'wasm',
  kernelFunc: conv2dBackpropFilter,
};
