/** Windows that slide over images, and what normalizes and resizes these. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { elementCount, formatShape } from '../../../core/tensor.ts';
import type { NamedPadding, Pair } from '../../../ops/window.ts';
import { batchNormalized } from '../../lowering/batch-normalization.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import {
  type LowerTensorFlow,
  refuseAttribute,
  type TensorFlowNode,
  type TensorFlowOperators,
} from '../node.ts';
import { addBias, fused } from './fused.ts';

const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

function hasChannelsFirst(node: TensorFlowNode): boolean {
  const format = node.text('data_format', 'NHWC');
  if (format === 'NHWC' || format === 'NCHW') return format === 'NCHW';
  throw refuseAttribute('data_format', `is ${format}`);
}

/** `compute` sees an image with the channels last; the result has them where the node's input has. */
function onImage(
  node: TensorFlowNode,
  input: Operand,
  compute: (image: Operand, part: string) => Operand,
): Operand {
  if (input.type.shape.length !== 4) {
    throw unsupportedError(
      'unsupported-rank',
      `it works on ${formatShape(input.type.shape)}, and TensorFlow Lite Micro on images of one or two axes.`,
    );
  }
  if (!hasChannelsFirst(node)) return compute(input, '');
  const image = node.transpose('channels_last', input, TO_LAST);
  return node.transpose('', compute(image, 'window'), TO_FIRST);
}

/** Height and width of an attribute with a number for each axis. */
function pairOf(node: TensorFlowNode, name: string): Pair {
  const values = node.integers(name);
  if (values.length === 0) return [1, 1];
  const [height, width] = hasChannelsFirst(node) ? [values[2], values[3]] : [values[1], values[2]];
  const others = hasChannelsFirst(node) ? [values[0], values[1]] : [values[0], values[3]];
  if (values.length !== 4 || others.some((value) => value !== 1) || !(height > 0 && width > 0)) {
    throw refuseAttribute(name, `is [${values.join(', ')}]`);
  }
  return [height, width];
}

/** What stands around the image: a name, or zeros that are put there. */
function padded(
  node: TensorFlowNode,
  image: Operand,
): { readonly image: Operand; readonly padding: NamedPadding } {
  const padding = node.text('padding');
  if (padding === 'SAME') return { image, padding: 'same' };
  if (padding === 'VALID') return { image, padding: 'valid' };
  const given = node.integers('explicit_paddings');
  if (padding !== 'EXPLICIT' || given.length !== 8) throw refuseAttribute('padding', `is ${padding}`);
  const axes = hasChannelsFirst(node) ? TO_LAST : [0, 1, 2, 3];
  const paddings = axes.map((axis) => [given[2 * axis], given[2 * axis + 1]] as const);
  return { image: node.add('pad', 'padded', { paddings }, [image]), padding: 'valid' };
}

function zeros(node: TensorFlowNode, channels: number): Operand {
  return node.constant('bias', [channels], new Float32Array(channels));
}

/** Filters are [height, width, depth, filters]. */
function convolved(node: TensorFlowNode, part: string, image: Operand, bias?: Operand): Operand {
  const kernel = node.transpose('weights', node.input(1), [3, 0, 1, 2]);
  const [strides, dilations] = [pairOf(node, 'strides'), pairOf(node, 'dilations')];
  const around = padded(node, image);
  const options = { padding: around.padding, strides, dilations, activation: 'none' } as const;
  return node.add('conv_2d', part, options, [
    around.image,
    kernel,
    bias ?? zeros(node, kernel.type.shape[0]),
  ]);
}

/** Filters are [height, width, channels, multiplier], those of a channel side by side. */
function depthwise(node: TensorFlowNode, part: string, image: Operand, bias?: Operand): Operand {
  const [height, width, channels, depthMultiplier] = node.input(1).type.shape;
  const filters = channels * depthMultiplier;
  const kernel = node.reshape('weights', node.input(1), [1, height, width, filters]);
  const [strides, dilations] = [pairOf(node, 'strides'), pairOf(node, 'dilations')];
  const around = padded(node, image);
  const options = {
    padding: around.padding,
    strides,
    dilations,
    depthMultiplier,
    activation: 'none',
  } as const;
  return node.add('depthwise_conv_2d', part, options, [around.image, kernel, bias ?? zeros(node, filters)]);
}

const conv2d: LowerTensorFlow = (node) =>
  onImage(node, node.input(0), (image, part) => convolved(node, part, image));

const depthwiseConv2d: LowerTensorFlow = (node) =>
  onImage(node, node.input(0), (image, part) => depthwise(node, part, image));

/** Input 0 is the output's shape; filters are [height, width, filters, depth]. */
const transposeConv: LowerTensorFlow = (node) =>
  onImage(node, node.input(2), (image, part) => {
    const sizes = node.numbers(0, 'output shape') ?? [];
    const [batch, height, width, channels] = hasChannelsFirst(node)
      ? TO_LAST.map((axis) => sizes[axis])
      : sizes;
    const padding = node.text('padding');
    if (padding !== 'SAME' && padding !== 'VALID') throw refuseAttribute('padding', `is ${padding}`);
    if (pairOf(node, 'dilations').some((dilation) => dilation !== 1)) {
      throw refuseAttribute('dilations', 'are not 1, and TRANSPOSE_CONV has none');
    }
    const kernel = node.transpose('weights', node.input(1), [2, 0, 1, 3]);
    const options = {
      padding: padding === 'SAME' ? 'same' : 'valid',
      strides: pairOf(node, 'strides'),
      outputShape: [batch, height, width, channels],
      activation: 'none',
    } as const;
    return node.add('transpose_conv', part, options, [image, kernel, zeros(node, channels)]);
  });

function pool(kind: 'average_pool_2d' | 'max_pool_2d'): LowerTensorFlow {
  return (node) =>
    onImage(node, node.input(0), (image, part) => {
      const padding = node.text('padding');
      if (padding !== 'SAME' && padding !== 'VALID') throw refuseAttribute('padding', `is ${padding}`);
      const options = {
        padding: padding === 'SAME' ? 'same' : 'valid',
        strides: pairOf(node, 'strides'),
        filter: pairOf(node, 'ksize'),
        activation: 'none',
      } as const;
      return node.add(kind, part, options, [image]);
    });
}

const batchNormalization: LowerTensorFlow = (node) => {
  if (node.flag('is_training', true)) {
    throw unsupportedError(
      'training-mode',
      'it is in training mode and takes its statistics from the batch.',
      'Save the model for inference: tf.keras.backend.set_learning_phase(0), or model.export().',
    );
  }
  const input = node.input(0);
  const epsilon = node.float('epsilon', 1e-4);
  return onImage(node, input, (image, part) => {
    const [, , , channels] = image.type.shape;
    return batchNormalized(node, part, image, { shape: [channels], channels, epsilon });
  });
};

/** Filters and bias as one node has them; `num_args` counts what stands behind them. */
function fusedWindow(
  compute: (node: TensorFlowNode, part: string, image: Operand, bias?: Operand) => Operand,
): LowerTensorFlow {
  return (node) =>
    onImage(node, node.input(0), (image, part) =>
      fused(node, part, (inside, bias) => compute(node, inside, image, bias)),
    );
}

const bias: LowerTensorFlow = (node) => {
  const input = node.input(0);
  return hasChannelsFirst(node) && input.type.shape.length === 4
    ? onImage(node, input, (image, part) => addBias(node, part, image, node.input(1)))
    : addBias(node, '', input, node.input(1));
};

function resize(kind: 'resize_bilinear' | 'resize_nearest_neighbor'): LowerTensorFlow {
  return (node) => {
    const [height, width] = node.numbers(1, 'size') ?? [];
    const attributes = {
      size: [height, width] as const,
      alignCorners: node.flag('align_corners'),
      halfPixelCenters: node.flag('half_pixel_centers'),
    };
    const image = node.input(0);
    if (elementCount([height, width]) > 0) return node.add(kind, '', attributes, [image]);
    throw inputError('operation-shape', `it makes images of ${height} x ${width}.`);
  };
}

export const WINDOWS: TensorFlowOperators = {
  AvgPool: pool('average_pool_2d'),
  BiasAdd: bias,
  Conv2D: conv2d,
  Conv2DBackpropInput: transposeConv,
  DepthwiseConv2dNative: depthwiseConv2d,
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV2: batchNormalization,
  FusedBatchNormV3: batchNormalization,
  FusedDepthwiseConv2dNative: fusedWindow(depthwise),
  MaxPool: pool('max_pool_2d'),
  ResizeBilinear: resize('resize_bilinear'),
  ResizeNearestNeighbor: resize('resize_nearest_neighbor'),
  _FusedConv2D: fusedWindow(convolved),
  _FusedDepthwiseConv2dNative: fusedWindow(depthwise),
};
