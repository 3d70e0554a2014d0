/** Many elements put into one. */

import { unsupportedError } from '../../../core/errors.ts';
import { isInteger, REDUCTIONS as KNOWN, reduced } from '../../lowering/known-integers.ts';
import { axisOf } from '../../lowering/operation.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';

/** In ascending order, each once. */
function axesOf(node: TensorFlowNode): number[] {
  const { length } = node.input(0).type.shape;
  const given = (node.numbers(1, 'axes') ?? []).map((axis) => axisOf(axis, length));
  return [...new Set(given)].sort((a, b) => a - b);
}

function reduction(kind: 'mean' | 'sum' | 'reduce_max' | 'reduce_min'): LowerTensorFlow {
  return (node) => {
    const input = node.input(0);
    const axes = axesOf(node);
    if (axes.length === 0) return input;
    return node.add(kind, '', { axes, keepDims: node.flag('keep_dims') }, [input]);
  };
}

/** Of sizes, in chains that are known; TFLM has no such operator. */
const product: LowerTensorFlow = (node) => {
  const input = node.input(0);
  if (!node.isKnown(0) || !isInteger(input.type)) {
    throw unsupportedError(
      'unsupported-operator',
      'tinyml cannot compute Prod on a microcontroller: TensorFlow Lite Micro has no such operator.',
      'Multiply the elements one by one.',
    );
  }
  const factors = { shape: input.type.shape, values: node.numbers(0, 'factors') ?? [] };
  const { shape, values } = reduced(KNOWN.product, factors, axesOf(node), node.flag('keep_dims'));
  return node.known(shape, values);
};

function place(kind: 'arg_max' | 'arg_min'): LowerTensorFlow {
  return (node) => {
    const input = node.input(0);
    const axis = axisOf(node.number(1, 'axis'), input.type.shape.length);
    return node.add(kind, '', { axis }, [input]);
  };
}

const cumulated: LowerTensorFlow = (node) => {
  const input = node.input(0);
  const axis = axisOf(node.number(1, 'axis'), input.type.shape.length);
  const [exclusive, reverse] = [node.flag('exclusive'), node.flag('reverse')];
  return node.add('cumsum', '', { axis, exclusive, reverse }, [input]);
};

export const REDUCTIONS: TensorFlowOperators = {
  ArgMax: place('arg_max'),
  ArgMin: place('arg_min'),
  Cumsum: cumulated,
  Max: reduction('reduce_max'),
  Mean: reduction('mean'),
  Min: reduction('reduce_min'),
  Prod: product,
  Sum: reduction('sum'),
};
