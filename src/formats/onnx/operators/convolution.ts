/** Windows that slide over images. ONNX has the channels first: transposes stand around, which `passes/layout` removes. */

import { inputError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { channelsFirst, channelsLast, onnxWindow, padded } from '../images.ts';
import type { LowerOnnx, OnnxOperators } from '../node.ts';

const conv: LowerOnnx = (node) => {
  const weights = node.input(1);
  const [filters, depth, ...sizes] = weights.type.shape;
  const window = onnxWindow(node, sizes);
  const { strides, dilations } = window;
  const { image, padding } = padded(node, channelsLast(node, node.input(0)), window);
  const groups = node.integer('group', 1);
  const channels = image.type.shape[3];
  if (groups * depth !== channels || filters % groups !== 0) {
    throw inputError(
      'operation-shape',
      `its ${filters} filters are for ${counted(depth, 'channel')} in ${counted(groups, 'group')}, and there are ${channels}.`,
    );
  }
  const kernel = channelsLast(node, weights, 'weights');
  const bias = node.inputs[2] ?? node.constant('bias', [filters], new Float32Array(filters));
  const options = { padding, strides, dilations, activation: 'none' } as const;
  if (depth > 1 || groups === 1) {
    return channelsFirst(node, node.add('conv_2d', '', options, [image, kernel, bias]));
  }
  // [filters, height, width, 1] to [1, height, width, filters].
  const planes = node.transpose('planes', kernel, [3, 1, 2, 0]);
  const depthMultiplier = filters / groups;
  const depthwise = node.add('depthwise_conv_2d', '', { ...options, depthMultiplier }, [image, planes, bias]);
  return channelsFirst(node, depthwise);
};

export const CONVOLUTIONS: OnnxOperators = { Conv: conv };
