/** Fully connected layers and convolutions with constant weights, seen alike: which weight joins which channels. */

import { elementCount, nonFiniteAt, type Shape, sameShape, type TensorType } from '../core/tensor.ts';
import type { Node, NodeOf, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite } from '../ir/rewrite.ts';
import type { FusedActivation } from '../ops/fused-activation.ts';
import type { OpKind, WeightedKind } from '../ops/index.ts';
import { readsOutside, tapsOf } from './taps.ts';

/** Which operators with weights are seen as linear; `channelLayout` and `tapsOf` say how the weights of each of them lie. */
const LINEAR = {
  conv_2d: true,
  depthwise_conv_2d: true,
  fully_connected: true,
  // How many of its taps reach an output depends on the place, and nothing is fused into it.
  transpose_conv: false,
} as const satisfies Readonly<Record<WeightedKind, boolean>>;

type LinearKind = { [Kind in WeightedKind]: (typeof LINEAR)[Kind] extends true ? Kind : never }[WeightedKind];

/** Operators that multiply their input by weights, operand 1, and add a bias, operand 2. */
export type LinearNode = { [Kind in LinearKind]: NodeOf<Kind> }[LinearKind];

export function isLinear(node: Node): node is LinearNode {
  const linear: { readonly [Kind in OpKind]?: boolean } = LINEAR;
  return linear[node.kind] === true;
}

/** Weights `first` … `end` − 1 join the channels `input`, `input` + 1, … with `output`, all by the tap `tap`. */
export type VisitRun = (first: number, end: number, output: number, input: number, tap: number) => void;

export interface ChannelLayout {
  /** Channels of the output: units. */
  readonly outputs: number;
  /** Channels of the input; for a fully connected layer the length of a row, which may be several pixels. */
  readonly inputs: number;
  readonly groups: number;
  /** The channels that weight `index` joins. */
  outputOf(index: number): number;
  inputOf(index: number): number;
  /** The tap of the window that it belongs to, in row-major order. */
  tapOf(index: number): number;
  /** All weights, in ascending order, in the longest runs: what loops over many asks nothing of each of them. */
  forEachRun(visit: VisitRun): void;
}

/** FULLY_CONNECTED [units, depth] and CONV_2D [O, H, W, I], whose I is that of one group. */
function outputFirst(weights: Shape, groups: number): ChannelLayout {
  const depth = weights[weights.length - 1];
  const perOutput = elementCount(weights.slice(1));
  const groupOutputs = weights[0] / groups;
  const outputOf = (index: number): number => Math.floor(index / perOutput);
  return {
    outputs: weights[0],
    inputs: depth * groups,
    groups,
    outputOf,
    inputOf: (index) => (index % depth) + depth * Math.floor(outputOf(index) / groupOutputs),
    tapOf: (index) => Math.floor((index % perOutput) / depth),
    forEachRun: (visit) => {
      for (let output = 0; output < weights[0]; output++) {
        const input = depth * Math.floor(output / groupOutputs);
        for (let first = output * perOutput, tap = 0; tap * depth < perOutput; first += depth, tap++)
          visit(first, first + depth, output, input, tap);
      }
    },
  };
}

/** DEPTHWISE_CONV_2D [1, H, W, I · multiplier]. */
function outputLast([, height, width, outputs]: Shape, multiplier: number): ChannelLayout {
  return {
    outputs,
    inputs: outputs / multiplier,
    groups: outputs / multiplier,
    outputOf: (index) => index % outputs,
    inputOf: (index) => Math.floor((index % outputs) / multiplier),
    tapOf: (index) => Math.floor(index / outputs),
    forEachRun: (visit) => {
      for (let tap = 0, index = 0; tap < height * width; tap++)
        for (let output = 0; output < outputs; output++, index++)
          visit(index, index + 1, output, Math.floor(output / multiplier), tap);
    },
  };
}

export function channelLayout(node: LinearNode, input: Shape, weights: Shape): ChannelLayout {
  switch (node.kind) {
    case 'fully_connected':
      return outputFirst(weights, 1);
    case 'conv_2d':
      return outputFirst(weights, input[3] / weights[3]);
    case 'depthwise_conv_2d':
      return outputLast(weights, node.attributes.depthMultiplier);
  }
}

/** A linear operator with float32 constants. */
export interface Linear {
  readonly node: LinearNode;
  readonly layout: ChannelLayout;
  readonly input: ValueId;
  readonly output: ValueId;
  readonly weights: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly activation: FusedActivation;
}

export function linearOf(rewrite: Rewrite, node: Node | undefined): Linear | undefined {
  if (node === undefined || !isLinear(node)) return undefined;
  const [input, weightsId, biasId] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const weights = rewrite.floats(weightsId);
  const bias = rewrite.floats(biasId);
  if (weights === undefined || (biasId !== undefined && bias === undefined)) return undefined;
  const layout = channelLayout(node, rewrite.type(input).shape, rewrite.type(weightsId).shape);
  const { activation } = node.attributes;
  return { node, layout, input, output: node.outputs[0], weights, bias, activation };
}

/** As numbers: −0 is 0. */
function equalValues(a: Float32Array, b: Float32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Of constants that are there one with these elements, so that what operators share stays one; else a new one. */
function constantOf(
  rewrite: Rewrite,
  data: Float32Array,
  type: TensorType,
  name: string,
  there: readonly (ValueId | undefined)[],
): ValueId {
  const same = there.find((id) => {
    const own = rewrite.floats(id);
    if (id === undefined || own === undefined || !sameShape(rewrite.type(id).shape, type.shape)) return false;
    return equalValues(own, data);
  });
  return same ?? rewrite.constant(name, type, data);
}

/**
 * The linear operator's node with other constants; undefined where float32 cannot hold them. `added` is a constant that may
 * be the new bias as it is.
 */
export function withConstants(
  rewrite: Rewrite,
  linear: Linear,
  weights: Float32Array,
  bias: Float32Array | undefined,
  added?: ValueId,
): Node | undefined {
  if ([weights, bias].some((data) => data !== undefined && nonFiniteAt(data) >= 0)) return undefined;
  const [input, weightsId] = linear.node.inputs;
  const old = rewrite.value(weightsId as ValueId);
  const inputs = [input, constantOf(rewrite, weights, old.type, old.name, [weightsId])];
  if (bias !== undefined) inputs.push(biasConstant(rewrite, linear, bias, added));
  return nodeWith(linear.node, { inputs });
}

/** Its node with the same weights and another bias, or its first; undefined where float32 cannot hold it. */
export function withBias(rewrite: Rewrite, linear: Linear, bias: Float32Array): Node | undefined {
  if (nonFiniteAt(bias) >= 0) return undefined;
  const [input, weights] = linear.node.inputs;
  return nodeWith(linear.node, { inputs: [input, weights, biasConstant(rewrite, linear, bias)] });
}

function biasConstant(
  rewrite: Rewrite,
  { node, layout }: Linear,
  bias: Float32Array,
  added?: ValueId,
): ValueId {
  const [, , old] = node.inputs;
  const name = old === undefined ? `${node.name}/bias` : rewrite.value(old).name;
  return constantOf(rewrite, bias, { dtype: 'float32', shape: [layout.outputs] }, name, [old, added]);
}

/** Whether some output of a linear operator reads beyond the edge of the input, where zeros are assumed. */
export function padsInput(node: LinearNode, typeOf: (id: ValueId) => TensorType): boolean {
  const [input, weights] = node.inputs.slice(0, 2).map((id) => typeOf(id as ValueId).shape);
  return readsOutside(tapsOf(node, input, weights, typeOf(node.outputs[0]).shape));
}
