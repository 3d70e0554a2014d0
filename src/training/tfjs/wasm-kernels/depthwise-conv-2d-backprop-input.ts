/** Gradient of a depthwise convolution by its input; channels last. */

import {
  backend_util,
  DepthwiseConv2dNativeBackpropInput,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type KernelConfig,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type KernelCall, openHeap } from './heap.ts';
import { forEachTap } from './taps.ts';

type Shape4d = [number, number, number, number];

function depthwiseConv2dBackpropInput({ inputs, attrs, backend }: KernelCall): TensorInfo {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const { strides, dilations, pad, dimRoundingMode, inputShape } =
    attrs as unknown as DepthwiseConv2dNativeBackpropInputAttrs;
  const kernel = filter.shape as Shape4d;
  const info = backend_util.computeConv2DInfo(
    inputShape,
    kernel,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  const { output, outputData, inputData } = openHeap(backend, inputShape, [dy, filter]);
  const [dyData, weights] = inputData;
  // The memory holds what was there before.
  outputData.fill(0);
  forEachTap(info, (inputPixel, outputPixel, tap) => {
    let index = tap * outChannels;
    let channel = outputPixel * outChannels;
    for (let input = inputPixel * inChannels; input < (inputPixel + 1) * inChannels; input++) {
      for (let i = 0; i < multiplier; i++) outputData[input] += weights[index++] * dyData[channel++];
    }
  });
  return output;
}

export const depthwiseConv2dBackpropInputConfig: KernelConfig = {
  kernelName: DepthwiseConv2dNativeBackpropInput,
  backendName: 'wasm',
  kernelFunc: depthwiseConv2dBackpropInput,
};
