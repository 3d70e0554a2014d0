/** Products of matrices. */

import { computedFactor, einsum } from '../../lowering/einsum/einsum.ts';
import { requireFactors } from '../../lowering/factors.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';
import { fused } from './fused.ts';

const SWAPPED = [1, 0];

/** A known matrix on the right is the weights of a layer. */
function matrixProduct(node: TensorFlowNode, part: string, bias?: Operand): Operand {
  const [a, b] = [node.input(0), node.input(1)];
  const [transposesA, transposesB] = [node.flag('transpose_a'), node.flag('transpose_b')];
  if (isKnown(b) && !isKnown(a)) {
    const rows = transposesA ? node.transpose('rows', a, SWAPPED) : a;
    const weights = transposesB ? b : node.transpose('weights', b, SWAPPED);
    requireFactors(rows.type.shape.at(-1), weights.type.shape[1]);
    const options = { activation: 'none', keepNumDims: false } as const;
    return node.add('fully_connected', part, options, [rows, weights, ...(bias === undefined ? [] : [bias])]);
  }
  const attributes = { adjX: transposesA, adjY: transposesB };
  const product = node.add('batch_matmul', bias === undefined ? part : 'product', attributes, [a, b]);
  return bias === undefined ? product : node.add('add', part, { activation: 'none' }, [product, bias]);
}

const matMul: LowerTensorFlow = (node) => matrixProduct(node, '');

const fusedMatMul: LowerTensorFlow = (node) =>
  fused(node, '', (part, bias) => matrixProduct(node, part, bias));

const batchMatMul: LowerTensorFlow = (node) =>
  node.add('batch_matmul', '', { adjX: node.flag('adj_x'), adjY: node.flag('adj_y') }, [
    node.input(0),
    node.input(1),
  ]);

const einsumOf: LowerTensorFlow = (node) => {
  const operands = node.values.map((_, position) => node.input(position));
  return einsum(
    node,
    node.text('equation'),
    operands.map((operand) => computedFactor(node, operand, isKnown(operand))),
  );
};

export const PRODUCTS: TensorFlowOperators = {
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BatchMatMulV3: batchMatMul,
  Einsum: einsumOf,
  MatMul: matMul,
  _FusedMatMul: fusedMatMul,
};
