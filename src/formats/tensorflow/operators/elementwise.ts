/** Functions of one element, and of two or three that broadcast. */

import { unsupportedError } from '../../../core/errors.ts';
import { type Apply, clamp, erf, selu, sign, softplus, softsign } from '../../lowering/functions.ts';
import type { Operand } from '../../lowering/graph-writer.ts';
import { paired, quotient, selected } from '../../lowering/pairs.ts';
import type { LowerTensorFlow, TensorFlowNode, TensorFlowOperators } from '../node.ts';

function applied(apply: Apply): LowerTensorFlow {
  return (node) => apply(node, '', node.input(0));
}

type Unary =
  | 'abs'
  | 'ceil'
  | 'cos'
  | 'elu'
  | 'exp'
  | 'floor'
  | 'log'
  | 'logical_not'
  | 'logistic'
  | 'neg'
  | 'relu'
  | 'relu6'
  | 'round'
  | 'rsqrt'
  | 'sin'
  | 'sqrt'
  | 'square'
  | 'tanh'
  | 'zeros_like';

function unary(kind: Unary): LowerTensorFlow {
  return (node) => node.add(kind, '', {}, [node.input(0)]);
}

function pairOf(node: TensorFlowNode): readonly [Operand, Operand] {
  return paired(node, node.input(0), node.input(1));
}

function sum(kind: 'add' | 'sub' | 'mul'): LowerTensorFlow {
  return (node) => node.add(kind, '', { activation: 'none' }, pairOf(node));
}

type Pair =
  | 'equal'
  | 'floor_div'
  | 'floor_mod'
  | 'greater'
  | 'greater_equal'
  | 'less'
  | 'less_equal'
  | 'logical_and'
  | 'logical_or'
  | 'maximum'
  | 'minimum'
  | 'not_equal'
  | 'squared_difference';

function pair(kind: Pair): LowerTensorFlow {
  return (node) => node.add(kind, '', {}, pairOf(node));
}

/** Powers that are products and roots. */
const power: LowerTensorFlow = (node) => {
  const base = node.input(0);
  const exponents = new Set(node.numbers(1, 'exponent'));
  const [exponent] = exponents;
  const only = exponents.size === 1 ? exponent : undefined;
  if (only === 1) return base;
  if (only === 2) return node.add('square', '', {}, [base]);
  if (only === 0.5) return node.add('sqrt', '', {}, [base]);
  if (only === -0.5) return node.add('rsqrt', '', {}, [base]);
  if (only === 3) {
    const square = node.add('square', 'square', {}, [base]);
    return node.add('mul', '', { activation: 'none' }, [square, base]);
  }
  throw unsupportedError(
    'unsupported-operation',
    'it computes powers other than 2, 3, 1/2 and -1/2, which TensorFlow Lite Micro has no operator for.',
    'Write them as products and square roots.',
  );
};

const clip: LowerTensorFlow = (node) =>
  clamp(node.number(1, 'least value'), node.number(2, 'most value'))(node, '', node.input(0));

const selectV2: LowerTensorFlow = (node) => selected(node, node.input(0), node.input(1), node.input(2));

/** A vector chooses rows, where the second form lets it broadcast to the last axis. */
const select: LowerTensorFlow = (node) => {
  const [condition, x, y] = [node.input(0), node.input(1), node.input(2)];
  const others = new Array<number>(Math.max(0, x.type.shape.length - 1)).fill(1);
  const rows = condition.type.shape.length === 1;
  const chosen = rows ? node.reshape('rows', condition, [...condition.type.shape, ...others]) : condition;
  return selected(node, chosen, x, y);
};

/** Integers and booleans that are known may be any; what is computed is float32 in float graphs. */
const cast: LowerTensorFlow = (node) => {
  const operand = node.input(0);
  const dtype = node.dtype('DstT');
  return operand.type.dtype === dtype ? operand : node.add('cast', '', {}, [operand], dtype);
};

/** SOFTMAX and LOG_SOFTMAX take the last axis, as TensorFlow does. */
const softmax: LowerTensorFlow = (node) => node.add('softmax', '', { beta: 1 }, [node.input(0)]);
const logSoftmax: LowerTensorFlow = (node) => node.add('log_softmax', '', {}, [node.input(0)]);

const leakyRelu: LowerTensorFlow = (node) =>
  node.add('leaky_relu', '', { alpha: node.float('alpha', 0.2) }, [node.input(0)]);

const reciprocal: LowerTensorFlow = (node) =>
  node.add('div', '', { activation: 'none' }, [node.constant('one', [1], Float32Array.of(1)), node.input(0)]);

const addN: LowerTensorFlow = (node) => {
  const operands = node.operands();
  return operands.length === 1 ? operands[0] : node.add('add_n', '', {}, operands);
};

export const ELEMENTWISE: TensorFlowOperators = {
  Abs: unary('abs'),
  Add: sum('add'),
  AddN: addN,
  AddV2: sum('add'),
  Cast: cast,
  Ceil: unary('ceil'),
  ClipByValue: clip,
  Cos: unary('cos'),
  Div: (node) => quotient(node, ...pairOf(node)),
  Elu: unary('elu'),
  Equal: pair('equal'),
  Erf: applied(erf),
  Exp: unary('exp'),
  Floor: unary('floor'),
  FloorDiv: pair('floor_div'),
  FloorMod: pair('floor_mod'),
  Greater: pair('greater'),
  GreaterEqual: pair('greater_equal'),
  LeakyRelu: leakyRelu,
  Less: pair('less'),
  LessEqual: pair('less_equal'),
  Log: unary('log'),
  LogSoftmax: logSoftmax,
  LogicalAnd: pair('logical_and'),
  LogicalNot: unary('logical_not'),
  LogicalOr: pair('logical_or'),
  Maximum: pair('maximum'),
  Minimum: pair('minimum'),
  Mul: sum('mul'),
  Neg: unary('neg'),
  NotEqual: pair('not_equal'),
  Pow: power,
  RealDiv: (node) => quotient(node, ...pairOf(node)),
  Reciprocal: reciprocal,
  Relu: unary('relu'),
  Relu6: unary('relu6'),
  Round: unary('round'),
  Rsqrt: unary('rsqrt'),
  Select: select,
  SelectV2: selectV2,
  Selu: applied(selu),
  Sigmoid: unary('logistic'),
  Sign: applied(sign),
  Sin: unary('sin'),
  Softmax: softmax,
  Softplus: applied(softplus),
  Softsign: applied(softsign),
  Sqrt: unary('sqrt'),
  Square: unary('square'),
  SquaredDifference: pair('squared_difference'),
  Sub: sum('sub'),
  Tanh: unary('tanh'),
  ZerosLike: unary('zeros_like'),
};
