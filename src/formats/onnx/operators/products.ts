/** Products of matrices. */

import { unsupportedError } from '../../../core/errors.ts';
import { elementCount, type Shape } from '../../../core/tensor.ts';
import { computedFactor, einsum } from '../../lowering/einsum/einsum.ts';
import { requireFactors } from '../../lowering/factors.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';

function scaled(node: OnnxNode, part: string, operand: Operand, factor: number): Operand {
  if (factor === 1) return operand;
  const number = node.constant(`${part}/factor`, [1], Float32Array.of(factor));
  return node.add('mul', part, { activation: 'none' }, [operand, number]);
}

/** A known addend that is the same for every row is the bias of as many units; `undefined` where it is none. */
function asBias(node: OnnxNode, addend: Operand, units: number): Operand | undefined {
  const { shape } = addend.type;
  const perUnit = shape.at(-1) ?? 1;
  if (!isKnown(addend) || elementCount(shape) !== perUnit || ![1, units].includes(perUnit)) return undefined;
  const row = node.reshape('bias/row', addend, [perUnit]);
  return perUnit === units ? row : node.add('broadcast_to', 'bias', { shape: [units] }, [row]);
}

function addedTo(node: OnnxNode, product: Operand, addend: Operand): Operand {
  return node.add('add', '', { activation: 'none' }, [product, addend]);
}

/** α · A · B + β · C; a known B, with its α, are the weights of a layer. */
const gemm: LowerOnnx = (node) => {
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const [transA, transB] = [node.integer('transA', 0) === 1, node.integer('transB', 0) === 1];
  const [a, b] = [node.input(0), node.input(1)];
  const given = node.inputs[2];
  const addend = given && scaled(node, 'addend', given, beta);
  if (!isKnown(b)) {
    const product = node.add('batch_matmul', 'product', { adjX: transA, adjY: transB }, [a, b]);
    const sum = scaled(node, 'scaled', product, alpha);
    return addend === undefined ? sum : addedTo(node, sum, addend);
  }
  const rows = transA ? node.transpose('rows', a, [1, 0]) : a;
  const kernel = transB ? b : node.transpose('weights', b, [1, 0]);
  requireFactors(rows.type.shape.at(-1), kernel.type.shape.at(-1));
  const weights = scaled(node, 'scaled_weights', kernel, alpha);
  const bias = addend && asBias(node, addend, weights.type.shape[0]);
  const isSeparate = addend !== undefined && bias === undefined;
  const options = { activation: 'none', keepNumDims: false } as const;
  const product = node.add('fully_connected', isSeparate ? 'product' : '', options, [
    rows,
    weights,
    ...(bias === undefined ? [] : [bias]),
  ]);
  return isSeparate ? addedTo(node, product, addend) : product;
};

/** Of BATCH_MATMUL. */
const MOST_AXES = 5;

/** A known matrix on the right is the weights of a layer. */
function matrixProduct(node: OnnxNode, part: string, a: Operand, b: Operand): Operand {
  const [rank, other] = [a.type.shape.length, b.type.shape.length];
  if (isKnown(b) && other === 2 && !isKnown(a)) {
    const weights = node.transpose('weights', b, [1, 0]);
    requireFactors(a.type.shape.at(-1), weights.type.shape[1]);
    const options = { activation: 'none', keepNumDims: rank > 2 } as const;
    return node.add('fully_connected', part, options, [a, weights]);
  }
  if (Math.max(rank, other) > MOST_AXES) {
    throw unsupportedError(
      'unsupported-rank',
      `it multiplies tensors of ${Math.max(rank, other)} axes, and TensorFlow Lite Micro of ${MOST_AXES} at most.`,
    );
  }
  return node.add('batch_matmul', part, { adjX: false, adjY: false }, [a, b]);
}

/** A vector on the left is a row, one on the right a column; the axis that it gets leaves with it. */
const matMul: LowerOnnx = (node) => {
  const [a, b] = [node.input(0), node.input(1)];
  const [left, right] = [a.type.shape, b.type.shape];
  if (left.length > 1 && right.length > 1) return matrixProduct(node, '', a, b);
  const rows = left.length === 1 ? node.reshape('row', a, [1, left[0]]) : a;
  const columns = right.length === 1 ? node.reshape('column', b, [right[0], 1]) : b;
  const product = matrixProduct(node, 'product', rows, columns);
  const { shape } = product.type;
  const batch = shape.slice(0, -2);
  const matrix: Shape = [
    ...(left.length === 1 ? [] : shape.slice(-2, -1)),
    ...(right.length === 1 ? [] : shape.slice(-1)),
  ];
  return node.reshape('', product, [...batch, ...matrix]);
};

const einsumOf: LowerOnnx = (node) => {
  const operands = node.inputs.map((_, position) => node.input(position));
  return einsum(
    node,
    node.text('equation'),
    operands.map((operand) => computedFactor(node, operand, isKnown(operand))),
  );
};

export const PRODUCTS: OnnxOperators = { Einsum: einsumOf, Gemm: gemm, MatMul: matMul };
