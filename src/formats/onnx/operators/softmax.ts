/** What TFLM computes along the last axis: softmax, its logarithm, and rows of length 1. */

import { elementCount } from '../../../core/tensor.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { type LowerOnnx, type OnnxNode, type OnnxOperators, refuseAttribute } from '../node.ts';

type Compute = (node: OnnxNode, part: string, input: Operand) => Operand;

/** The axis changes places with the last one, and back. */
function alongAxis(node: OnnxNode, input: Operand, axis: number, compute: Compute): Operand {
  const last = input.type.shape.length - 1;
  const swapped = input.type.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
  if (axis === last) return compute(node, '', input);
  const moved = node.transpose('axis_last', input, swapped);
  return node.transpose('', compute(node, 'along_last', moved), swapped);
}

/** Before version 13 all axes from the given one on are one. */
function alongRest(node: OnnxNode, input: Operand, axis: number, compute: Compute): Operand {
  const { shape } = input.type;
  if (axis === shape.length - 1) return compute(node, '', input);
  const rows = [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))];
  return node.reshape('', compute(node, 'along_rows', node.reshape('rows', input, rows)), shape);
}

function normalizing(compute: Compute): LowerOnnx {
  return (node) => {
    const input = node.input(0);
    const rank = input.type.shape.length;
    const isSingle = node.version >= 13;
    const axis = axisOf(node.integer('axis', isSingle ? -1 : 1), rank);
    return isSingle ? alongAxis(node, input, axis, compute) : alongRest(node, input, axis, compute);
  };
}

const lpNormalization: LowerOnnx = (node) => {
  const order = node.integer('p', 2);
  if (order !== 2) throw refuseAttribute('p', `is ${order}, and TensorFlow Lite Micro adds squares only`);
  const input = node.input(0);
  const axis = axisOf(node.integer('axis', -1), input.type.shape.length);
  return alongAxis(node, input, axis, (_, part, rows) => node.add('l2_normalization', part, {}, [rows]));
};

export const SOFTMAXES: OnnxOperators = {
  LogSoftmax: normalizing((node, part, input) => node.add('log_softmax', part, {}, [input])),
  LpNormalization: lpNormalization,
  Softmax: normalizing((node, part, input) => node.add('softmax', part, { beta: 1 }, [input])),
};
