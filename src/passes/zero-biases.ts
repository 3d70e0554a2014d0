/**
 * A bias of zeros for convolutions that have none. TensorFlow Lite and the Arduino libraries refuse a CONV_2D with two
 * inputs, and TFLM asserts a bias of DEPTHWISE_CONV_2D; FULLY_CONNECTED and TRANSPOSE_CONV run without one everywhere.
 * The sum starts with the zero that it would start with anyway, so not one bit of the results changes. That of int16 is
 * int64, in which TFLM adds up without a bias too; CMSIS-NN then takes 32 bits and rounds otherwise, but not with one. Where
 * the options ask for sums of 32 bits, the operator is left alone.
 */

import { allocate, isQuantizedDType, type TensorData, type TensorType } from '../core/tensor.ts';
import type { Node, ValueId } from '../ir/graph.ts';
import { nodeWith, type Rewrite, rewriteNodes } from '../ir/rewrite.ts';
import { opOf } from '../ops/index.ts';
import type { Pass } from './pass.ts';
import { biasParameters } from './quantize/parameters.ts';

function isConvolution({ kind }: Node): boolean {
  return kind === 'conv_2d' || kind === 'depthwise_conv_2d';
}

/** Undefined where no bias leaves the results as they are. */
function zerosFor(
  input: TensorType,
  weights: TensorType,
  units: number,
): { readonly type: TensorType; readonly data: TensorData } | undefined {
  const shape = [units];
  if (input.dtype === 'float32') {
    return { type: { dtype: 'float32', shape }, data: new Float32Array(units) };
  }
  if (!isQuantizedDType(input.dtype) || input.quant?.scheme !== 'per-tensor' || weights.quant === undefined) {
    return undefined;
  }
  const dtype = input.dtype === 'int8' ? 'int32' : 'int64';
  const quant = biasParameters(input.quant.scale, weights.quant);
  return { type: { dtype, shape, quant }, data: allocate(dtype, units) };
}

function asksForNarrowSums({ attributes }: Node): boolean {
  return 'accumulator' in attributes && attributes.accumulator !== undefined;
}

function giveBias(rewrite: Rewrite, node: Node): boolean {
  const [input, weights, bias] = node.inputs as readonly [ValueId, ValueId, ValueId | undefined];
  const { quantRule } = opOf(node.kind);
  if (bias !== undefined || quantRule.rule !== 'weighted' || asksForNarrowSums(node)) return false;
  const weightType = rewrite.type(weights);
  const zeros = zerosFor(rewrite.type(input), weightType, weightType.shape[quantRule.axis]);
  if (zeros === undefined) return false;
  const id = rewrite.constant('zero_bias', zeros.type, zeros.data);
  rewrite.replace(node, nodeWith(node, { inputs: [input, weights, id] }));
  return true;
}

export const zeroBiases: Pass = {
  name: 'zero-biases',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => isConvolution(node) && giveBias(rewrite, node)),
};

/** Weights that are computed have no rounding that calibration knows. */
function isDense(rewrite: Rewrite, { kind, inputs: [, weights] }: Node): boolean {
  return kind === 'fully_connected' && rewrite.floats(weights) !== undefined;
}

/** A bias of zeros for FULLY_CONNECTED too, in a float32 graph that will be int8: bias correction has somewhere to go. */
export const denseBiases: Pass = {
  name: 'dense-biases',
  run: (graph) => rewriteNodes(graph, (rewrite, node) => isDense(rewrite, node) && giveBias(rewrite, node)),
};
