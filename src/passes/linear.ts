/** Fully connected layers and convolutions with constant weights, seen alike: which weight joins which channels. */

import { elementCount, type Shape } from '../core/tensor.ts';
import type { Node, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite } from '../ir/rewrite.ts';
import type { FusedActivation } from '../ops/activation.ts';

export interface ChannelLayout {
  /** Channels of the output: units. */
  readonly outputs: number;
  /** Channels of the input; for a fully connected layer the length of a row, which may be several pixels. */
  readonly inputs: number;
  /** The channels that weight `index` joins. */
  outputOf(index: number): number;
  inputOf(index: number): number;
}

/** FULLY_CONNECTED [units, depth] and CONV_2D [O, H, W, I], whose I is that of one group. */
function outputFirst(weights: Shape, groups: number): ChannelLayout {
  const depth = weights[weights.length - 1];
  const perOutput = elementCount(weights.slice(1));
  const outputOf = (index: number): number => Math.floor(index / perOutput);
  const groupOutputs = weights[0] / groups;
  return {
    outputs: weights[0],
    inputs: depth * groups,
    outputOf,
    inputOf: (index) => (index % depth) + depth * Math.floor(outputOf(index) / groupOutputs),
  };
}

/** DEPTHWISE_CONV_2D [1, H, W, I · multiplier]. */
function outputLast(weights: Shape, multiplier: number): ChannelLayout {
  const outputs = weights[3];
  return {
    outputs,
    inputs: outputs / multiplier,
    outputOf: (index) => index % outputs,
    inputOf: (index) => Math.floor((index % outputs) / multiplier),
  };
}

const LINEAR: readonly string[] = ['conv_2d', 'depthwise_conv_2d', 'fully_connected'];

/** Whether the operator multiplies its input by weights, operand 1, and adds a bias, operand 2. */
export function isLinear({ kind }: Node): boolean {
  return LINEAR.includes(kind);
}

/** The layout of a node's weights, which are operand 1 as the bias is operand 2; undefined for other operators. */
export function channelLayout(node: Node, input: Shape, weights: Shape): ChannelLayout | undefined {
  const depth = input[input.length - 1];
  switch (node.kind as string) {
    case 'fully_connected':
      return outputFirst(weights, 1);
    case 'conv_2d':
      return outputFirst(weights, depth / weights[3]);
    case 'depthwise_conv_2d':
      return outputLast(weights, weights[3] / depth);
    default:
      return undefined;
  }
}

export interface Linear {
  readonly node: Node;
  readonly layout: ChannelLayout;
  readonly input: ValueId;
  readonly output: ValueId;
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly activation: FusedActivation;
}

/** The node as a linear operator with float32 constants. */
export function linearOf(rewrite: Rewrite, node: Node | undefined): Linear | undefined {
  const [input, weightsId, biasId] = node?.inputs ?? [];
  const weights = rewrite.floats(weightsId);
  if (node === undefined || input === undefined || weightsId === undefined || weights === undefined) {
    return undefined;
  }
  const layout = channelLayout(node, rewrite.type(input).shape, rewrite.type(weightsId).shape);
  const bias = rewrite.floats(biasId);
  if (layout === undefined || (biasId !== undefined && bias === undefined)) return undefined;
  const { activation } = node.attributes as { activation: FusedActivation };
  return { node, layout, input, output: node.outputs[0], weights, bias, activation };
}

/** The linear operator's node with other constants; undefined where float32 cannot hold them. */
export function withConstants(
  rewrite: Rewrite,
  { node, layout }: Linear,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Node | undefined {
  if (!weights.every(Number.isFinite) || bias?.every(Number.isFinite) === false) return undefined;
  const [input, weightsId, biasId] = node.inputs;
  const old = rewrite.value(weightsId as ValueId);
  const inputs = [input, rewrite.constant(old.name, old.type, weights)];
  if (bias !== undefined) {
    const name = biasId === undefined ? `${node.name}/bias` : rewrite.value(biasId).name;
    inputs.push(rewrite.constant(name, { dtype: 'float32', shape: [layout.outputs] }, bias));
  }
  return nodeWith(node, { inputs });
}

/** What convolutions and pools say about the way their window moves. */
export interface WindowAttributes {
  readonly padding: 'same' | 'valid';
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** Rows or columns of zeros that SAME padding puts around an axis, before and behind; `before` may be all of them. */
export function samePadding(
  input: number,
  filter: number,
  stride: number,
  dilation: number,
): { readonly output: number; readonly before: number; readonly total: number } {
  const output = Math.ceil(input / stride);
  const total = Math.max(0, (output - 1) * stride + (filter - 1) * dilation + 1 - input);
  return { output, before: Math.floor(total / 2), total };
}

/** Whether some output of a linear operator reads beyond the edge of the input, where zeros are assumed. */
export function padsInput(rewrite: Rewrite, node: Node): boolean {
  const { padding, strides, dilations } = node.attributes as Partial<WindowAttributes>;
  if (padding !== 'same' || strides === undefined || dilations === undefined) return false;
  const [input, weights] = node.inputs.map((id) => rewrite.type(id as ValueId).shape);
  return [0, 1].some(
    (axis) => samePadding(input[axis + 1], weights[axis + 1], strides[axis], dilations[axis]).total > 0,
  );
}
