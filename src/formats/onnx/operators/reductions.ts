/** Operators that make one element of many along axes. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { isKnown, knownNumbers, type Operand } from '../../lowering/graph-writer.ts';
import { isInteger, REDUCTIONS, reduced } from '../../lowering/known-integers.ts';
import { axisOf } from '../../lowering/operation.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';
import { knownOf } from './constants.ts';

type Reduction = 'mean' | 'sum' | 'reduce_max' | 'reduce_min';

interface Along {
  /** Counted from the front, in ascending order; none where nothing is reduced. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

function alongOf(node: OnnxNode): Along {
  const { shape } = node.input(0).type;
  const given = node.numbersOf('axes', 1) ?? [];
  const isWhole = given.length === 0 && node.integer('noop_with_empty_axes', 0) === 0;
  const axes = isWhole
    ? shape.map((_, axis) => axis)
    : [...new Set(given.map((axis) => axisOf(axis, shape.length)))].sort((a, b) => a - b);
  return { axes, keepDims: node.integer('keepdims', 1) === 1 };
}

function along(node: OnnxNode, kind: Reduction, part: string, input: Operand, by: Along): Operand {
  return by.axes.length === 0 ? input : node.add(kind, part, by, [input]);
}

function plain(kind: Reduction): LowerOnnx {
  return (node) => along(node, kind, '', node.input(0), alongOf(node));
}

/** The sum of a function of each element, and a function of the sum, of which the last carries the node's name. */
function sumOf(before: 'abs' | 'square' | undefined, behind: 'log' | 'sqrt' | undefined): LowerOnnx {
  return (node) => {
    const by = alongOf(node);
    const parts = before === undefined ? node.input(0) : node.add(before, before, {}, [node.input(0)]);
    const sum = along(node, 'sum', behind === undefined ? '' : 'sum', parts, by);
    return behind === undefined ? sum : node.add(behind, '', {}, [sum]);
  };
}

/** m + log Σ e^(x − m), of the largest m, which nothing overflows. */
const logSumExp: LowerOnnx = (node) => {
  const input = node.input(0);
  const by = alongOf(node);
  if (by.axes.length === 0) return input;
  const options = { activation: 'none' } as const;
  const most = along(node, 'reduce_max', 'most', input, { ...by, keepDims: true });
  const powers = node.add('exp', 'powers', {}, [node.add('sub', 'below', options, [input, most])]);
  const logarithm = node.add('log', 'log', {}, [along(node, 'sum', 'sum', powers, by)]);
  return node.add('add', '', options, [node.reshape('most_again', most, logarithm.type.shape), logarithm]);
};

const product: LowerOnnx = (node) => {
  const input = node.input(0);
  const { axes, keepDims } = alongOf(node);
  const { shape, dtype } = input.type;
  if (!isKnown(input) || !isInteger(input.type)) {
    throw unsupportedError(
      'unsupported-operator',
      'it multiplies computed numbers with each other, and TensorFlow Lite Micro has no such operator.',
      'Write the product as Mul of slices.',
    );
  }
  const values = knownNumbers(input, 'input');
  const made = reduced(REDUCTIONS.product, { shape, values }, axes, keepDims);
  return knownOf(node, dtype, made.shape, made.values);
};

/** The last of the largest is the first from behind. */
function place(kind: 'arg_max' | 'arg_min'): LowerOnnx {
  return (node) => {
    const input = node.input(0);
    const { shape } = input.type;
    const axis = axisOf(node.integer('axis', 0), shape.length);
    const isLast = node.integer('select_last_index', 0) === 1;
    const keeps = node.integer('keepdims', 1) === 1;
    const ordered = isLast ? node.add('reverse_v2', 'reversed', { axes: [axis] }, [input]) : input;
    const part = isLast ? 'from_behind' : keeps ? 'place' : '';
    const found = node.add(kind, part, { axis }, [ordered]);
    const last = knownOf(node, 'int32', [1], [shape[axis] - 1]);
    const options = { activation: 'none' } as const;
    const from = isLast ? node.add('sub', keeps ? 'place' : '', options, [last, found]) : found;
    return keeps ? node.reshape('', from, shape.with(axis, 1)) : from;
  };
}

const cumulate: LowerOnnx = (node) => {
  const input = node.input(0);
  const [axis] = node.numbers(1, 'axis') ?? [];
  if (axis === undefined) throw inputError('onnx-cumsum', 'it has no axis.');
  const attributes = {
    axis: axisOf(axis, input.type.shape.length),
    exclusive: node.integer('exclusive', 0) === 1,
    reverse: node.integer('reverse', 0) === 1,
  };
  return node.add('cumsum', '', attributes, [input]);
};

export const REDUCING: OnnxOperators = {
  ArgMax: place('arg_max'),
  ArgMin: place('arg_min'),
  CumSum: cumulate,
  ReduceL1: sumOf('abs', undefined),
  ReduceL2: sumOf('square', 'sqrt'),
  ReduceLogSum: sumOf(undefined, 'log'),
  ReduceLogSumExp: logSumExp,
  ReduceMax: plain('reduce_max'),
  ReduceMean: plain('mean'),
  ReduceMin: plain('reduce_min'),
  ReduceProd: product,
  ReduceSum: plain('sum'),
  ReduceSumSquare: sumOf('square', undefined),
};
