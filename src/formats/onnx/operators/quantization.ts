/**
 * Operators on quantized tensors: those of ONNX, and those of onnxruntime's domain com.microsoft. Each is its float sibling between
 * integers that are made real and a result that is rounded again.
 */

import { unsupportedError } from '../../../core/errors.ts';
import type { DType } from '../../../core/tensor.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';
import { integerScales } from '../quantized/integer-scales.ts';
import { integersOf, realConstant, realOf } from '../quantized/real-operands.ts';
import { dtypeOf } from '../tensor.ts';
import { ACTIVATIONS } from './activations.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { MOVEMENTS } from './movement.ts';
import { POOLS } from './pooling.ts';
import { PRODUCTS } from './products.ts';
import { REDUCING } from './reductions.ts';
import { SOFTMAXES } from './softmax.ts';

function layoutOf(node: OnnxNode) {
  return { axis: node.integer('axis', 1), block: node.integer('block_size', 0) };
}

const quantizeLinear: LowerOnnx = (node) => {
  const asked = node.integer('output_dtype', 0);
  const otherwise: DType = asked === 0 ? 'uint8' : dtypeOf(asked);
  return integersOf(node, node.input(0), { scale: 1, otherwise, layout: layoutOf(node) });
};

const dequantizeLinear: LowerOnnx = (node) => realOf(node, '', 0, layoutOf(node));

/** The only output of an operator. */
function lowered(lower: LowerOnnx, node: OnnxNode): Operand {
  const result = lower(node);
  if ('type' in result) return result;
  return result[0] as Operand;
}

/** Sums of products: integers whose scale is the product of those of what was multiplied. */
function realBias(node: OnnxNode, position: number, factor = 1): Operand | undefined {
  const bias = node.inputs[position];
  if (bias === undefined) return undefined;
  if (!isKnown(bias)) {
    throw unsupportedError(
      'dynamic-operand',
      'its bias is computed.',
      'Export the model with a constant bias.',
    );
  }
  const [ofInput] = integerScales(node, 1, 2).scales;
  const ofWeights = integerScales(node, 4, 5);
  const scales = ofWeights.scales.map((scale) => Math.fround(scale * ofInput * factor));
  const own = { ...ofWeights, scales, zeroPoints: scales.map(() => 0) };
  return realConstant(node, 'bias', bias, own, { axis: -1 });
}

const convolution: LowerOnnx = (node) => {
  const inputs = [realOf(node, 'real', 0), realOf(node, 'weights', 3, { axis: 0 }), realBias(node, 8)];
  const result = lowered(CONVOLUTIONS.Conv, node.withInputs(inputs));
  return integersOf(node, result, { scale: 6, otherwise: 'uint8' });
};

const matrixProduct: LowerOnnx = (node) => {
  const result = lowered(PRODUCTS.MatMul, node.withInputs([realOf(node, 'a', 0), realOf(node, 'b', 3)]));
  return integersOf(node, result, { scale: 6, otherwise: 'uint8' });
};

/** com.microsoft.QGemm: in float32 where no scale is given for the result. */
const gemm: LowerOnnx = (node) => {
  const ofB = { axis: node.integer('transB', 0) === 1 ? 0 : -1 };
  const bias = realBias(node, 6, node.float('alpha', 1));
  const result = lowered(
    PRODUCTS.Gemm,
    node.withInputs([realOf(node, 'a', 0), realOf(node, 'b', 3, ofB), bias]),
  );
  return node.inputs[7] === undefined
    ? result
    : integersOf(node, result, { scale: 7, otherwise: node.input(0).type.dtype });
};

function refuseChannelsLast(node: OnnxNode): void {
  if (node.integer('channels_last', 0) === 0) return;
  throw unsupportedError(
    'unsupported-attribute',
    'its images have the channels last.',
    'Quantize the model without channels_last.',
  );
}

/** Of so many operands, each with its scale and zero point, and then those of the result. */
function onReals(lower: LowerOnnx, operands = 1, version?: (node: OnnxNode) => number): LowerOnnx {
  return (node) => {
    refuseChannelsLast(node);
    const reals = Array.from({ length: operands }, (_, index) => realOf(node, `real_${index}`, 3 * index));
    const result = lowered(lower, node.withInputs(reals, version?.(node)));
    return integersOf(node, result, { scale: 3 * operands, otherwise: node.input(0).type.dtype });
  };
}

/** Scale and zero point of the result, then every operand with its own. */
const concat: LowerOnnx = (node) => {
  const count = Math.floor((node.inputs.length - 2) / 3);
  const reals = Array.from({ length: count }, (_, index) => realOf(node, `real_${index}`, 2 + 3 * index));
  const result = lowered(MOVEMENTS.Concat, node.withInputs(reals));
  return integersOf(node, result, { scale: 0, otherwise: node.input(2).type.dtype });
};

const where: LowerOnnx = (node) => {
  const inputs = [node.input(0), realOf(node, 'x', 1), realOf(node, 'y', 4)];
  const result = lowered(ARITHMETIC.Where, node.withInputs(inputs));
  return integersOf(node, result, { scale: 7, otherwise: node.input(1).type.dtype });
};

/** Of ONNX itself. */
export const QUANTIZATIONS: OnnxOperators = {
  DequantizeLinear: dequantizeLinear,
  QLinearConv: convolution,
  QLinearMatMul: matrixProduct,
  QuantizeLinear: quantizeLinear,
};

/** Of `com.microsoft`. */
export const MICROSOFT: OnnxOperators = {
  DequantizeLinear: dequantizeLinear,
  QGemm: gemm,
  QLinearAdd: onReals(ARITHMETIC.Add, 2),
  QLinearAveragePool: onReals(POOLS.AveragePool),
  QLinearConcat: concat,
  QLinearConv: convolution,
  QLinearGlobalAveragePool: onReals(POOLS.GlobalAveragePool),
  QLinearLeakyRelu: onReals(ACTIVATIONS.LeakyRelu),
  QLinearMul: onReals(ARITHMETIC.Mul, 2),
  QLinearReduceMean: onReals(REDUCING.ReduceMean),
  QLinearSigmoid: onReals(ACTIVATIONS.Sigmoid),
  QLinearSoftmax: onReals(SOFTMAXES.Softmax, 1, (node) => node.integer('opset', 13)),
  QLinearWhere: where,
  QuantizeLinear: quantizeLinear,
};
