/** Gradient of a depthwise convolution by its kernel, [height, width, channels, multiplier]; channels last. */

import {
  backend_util,
  DepthwiseConv2dNativeBackpropFilter,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type KernelCall, openHeap } from './heap.ts';
import { forEachTap } from './taps.ts';

type Shape4d = [number, number, number, number];

function depthwiseConv2dBackpropFilter({ inputs, attrs, backend }: KernelCall): TensorInfo {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const { strides, dilations, pad, dimRoundingMode, filterShape } =
    attrs as unknown as DepthwiseConv2dNativeBackpropFilterAttrs;
  const shape = x.shape as Shape4d;
  const info = backend_util.computeConv2DInfo(
    shape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  const { output, outputData, inputData } = openHeap(backend, filterShape, [x, dy]);
  const [xData, dyData] = inputData;
  // Each element sums over all pixels of the batch: doubles keep the sum exact enough.
  const sums = new Float64Array(outputData.length);
  forEachTap(info, (inputPixel, outputPixel, tap) => {
    let index = tap * outChannels;
    let channel = outputPixel * outChannels;
    for (let input = inputPixel * inChannels; input < (inputPixel + 1) * inChannels; input++) {
      for (let i = 0; i < multiplier; i++) sums[index++] += xData[input] * dyData[channel++];
    }
  });
  outputData.set(sums);
  return output;
}

export const depthwiseConv2dBackpropFilterConfig: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropFilter,
  backendName: 'wasm',
  kernelFunc: depthwiseConv2dBackpropFilter,
};
