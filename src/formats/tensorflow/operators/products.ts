/** Products of matrices. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { elementCount, type Shape } from '../../../core/tensor.ts';
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

/** The letters of `abc,cd->abd`, and what each is there for. */
interface Equation {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly result: readonly string[];
  readonly batch: readonly string[];
  readonly contracted: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

function equationOf(text: string): Equation | undefined {
  const [, ...sides] = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)$/.exec(text.replaceAll(' ', '')) ?? [];
  if (sides.length !== 3 || sides.some((side) => new Set(side).size !== side.length)) return undefined;
  const [left, right, result] = sides.map((side) => [...side]);
  const equation = {
    left,
    right,
    result,
    batch: left.filter((letter) => right.includes(letter) && result.includes(letter)),
    contracted: left.filter((letter) => right.includes(letter) && !result.includes(letter)),
    rows: left.filter((letter) => !right.includes(letter)),
    columns: right.filter((letter) => !left.includes(letter)),
  };
  const summedAlone = [...equation.rows, ...equation.columns].some((letter) => !result.includes(letter));
  const unknown = result.some((letter) => !left.includes(letter) && !right.includes(letter));
  return summedAlone || unknown ? undefined : equation;
}

function sizesOf(letters: readonly string[], sizes: ReadonlyMap<string, number>): Shape {
  return letters.map((letter) => sizes.get(letter) ?? 1);
}

/** Axes in the order of `wanted`. */
function arranged(
  node: TensorFlowNode,
  part: string,
  operand: Operand,
  letters: readonly string[],
  wanted: readonly string[],
): Operand {
  return node.transpose(
    part,
    operand,
    wanted.map((letter) => letters.indexOf(letter)),
  );
}

/** A product of matrices, with transposes around it where letters do not stand in its order. */
const einsum: LowerTensorFlow = (node) => {
  const text = node.text('equation');
  const equation = equationOf(text);
  if (equation === undefined || node.values.length !== 2) {
    throw unsupportedError(
      'unsupported-attribute',
      `its "equation" is ${JSON.stringify(text.slice(0, 80))}, which is no product of two tensors over shared axes.`,
      'Write it as tf.matmul and tf.transpose.',
    );
  }
  const { left, right, result, batch, contracted, rows, columns } = equation;
  const [a, b] = [node.input(0), node.input(1)];
  if (a.type.shape.length !== left.length || b.type.shape.length !== right.length) {
    throw inputError('operation-shape', `its operands do not have the axes of ${text}.`);
  }
  const sizes = new Map([
    ...left.map((letter, axis) => [letter, a.type.shape[axis]] as const),
    ...right.map((letter, axis) => [letter, b.type.shape[axis]] as const),
  ]);
  const [batches, depth] = [sizesOf(batch, sizes), elementCount(sizesOf(contracted, sizes))];
  const [height, width] = [elementCount(sizesOf(rows, sizes)), elementCount(sizesOf(columns, sizes))];
  const isLayer = batch.length === 0 && isKnown(b) && !isKnown(a);
  const ordered = arranged(node, 'left', a, left, [...batch, ...rows, ...contracted]);
  const matrixA = node.reshape('rows', ordered, [...batches, height, depth]);
  const product = isLayer
    ? node.add('fully_connected', 'product', { activation: 'none', keepNumDims: false }, [
        matrixA,
        node.reshape('weights', arranged(node, 'right', b, right, [...columns, ...contracted]), [
          width,
          depth,
        ]),
      ])
    : node.add('batch_matmul', 'product', { adjX: false, adjY: false }, [
        matrixA,
        node.reshape('columns', arranged(node, 'right', b, right, [...batch, ...contracted, ...columns]), [
          ...batches,
          depth,
          width,
        ]),
      ]);
  const letters = [...batch, ...rows, ...columns];
  const spread = node.reshape('spread', product, sizesOf(letters, sizes));
  return arranged(node, '', spread, letters, result);
};

export const PRODUCTS: TensorFlowOperators = {
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BatchMatMulV3: batchMatMul,
  Einsum: einsum,
  MatMul: matMul,
  _FusedMatMul: fusedMatMul,
};
