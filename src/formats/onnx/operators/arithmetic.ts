/** Functions of two elements, or of several, that broadcast. */

import { unsupportedError } from '../../../core/errors.ts';
import type { OpKind } from '../../../ops/index.ts';
import { sign } from '../../lowering/functions.ts';
import { isKnown, type Operand } from '../../lowering/graph-writer.ts';
import { axisOf } from '../../lowering/operation.ts';
import { paired, quotient, selected, withAxis } from '../../lowering/pairs.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';

/** The second operand as it broadcasts: old operator sets say from which axis of the first on. */
function secondOf(node: OnnxNode, first: Operand): Operand {
  const second = node.input(1);
  if (node.version >= 7 || node.integer('broadcast', 0) === 0 || !node.has('axis')) return second;
  const [rank, own] = [first.type.shape.length, second.type.shape];
  const behind = rank - axisOf(node.integer('axis'), rank) - own.length;
  return behind > 0
    ? node.reshape('aligned', second, [...own, ...new Array<number>(behind).fill(1)])
    : second;
}

function pairOf(node: OnnxNode): readonly [Operand, Operand] {
  const first = node.input(0);
  const second = secondOf(node, first);
  return paired(node, first, second);
}

type Sum = Extract<OpKind, 'add' | 'sub' | 'mul'>;

function sumOf(kind: Sum): LowerOnnx {
  return (node) => node.add(kind, '', { activation: 'none' }, pairOf(node));
}

type Pair = Extract<
  OpKind,
  | 'equal'
  | 'greater'
  | 'greater_equal'
  | 'less'
  | 'less_equal'
  | 'logical_and'
  | 'logical_or'
  | 'maximum'
  | 'minimum'
  | 'not_equal'
>;

function pair(kind: Pair): LowerOnnx {
  return (node) => node.add(kind, '', {}, pairOf(node));
}

/** All inputs, two by two from the front; the last node carries the name `part`. */
function joined(
  node: OnnxNode,
  part: string,
  join: (part: string, a: Operand, b: Operand) => Operand,
): Operand {
  return node.inputs
    .slice(1)
    .map((_, index) => node.input(index + 1))
    .reduce<Operand>(
      (sum, operand, index) =>
        join(
          index === node.inputs.length - 2 ? part : `step_${index + 1}`,
          withAxis(node, sum, operand),
          withAxis(node, operand, sum),
        ),
      node.input(0),
    );
}

function summed(node: OnnxNode, part: string): Operand {
  return joined(node, part, (step, a, b) => node.add('add', step, { activation: 'none' }, [a, b]));
}

function extremum(kind: 'maximum' | 'minimum'): LowerOnnx {
  return (node) => joined(node, '', (step, a, b) => node.add(kind, step, {}, [a, b]));
}

const mean: LowerOnnx = (node) => {
  const share = node.constant('share', [1], Float32Array.of(1 / node.inputs.length));
  return node.add('mul', '', { activation: 'none' }, [summed(node, 'sum'), share]);
};

/** With the sign of the dividend, as C has it for real numbers; FLOOR_MOD has that of the divisor. */
const modulo: LowerOnnx = (node) => {
  const [a, b] = pairOf(node);
  if (a.type.dtype !== 'float32' && !(isKnown(a) && isKnown(b))) {
    throw unsupportedError(
      'unsupported-type',
      `it works on ${a.type.dtype}, and TensorFlow Lite Micro has remainders of float32 only.`,
      'Cast its operands to float.',
    );
  }
  if (node.integer('fmod', 0) === 0) return node.add('floor_mod', '', {}, [a, b]);
  const sizes = [node.add('abs', 'dividend', {}, [a]), node.add('abs', 'divisor', {}, [b])];
  const rest = node.add('floor_mod', 'rest', {}, sizes);
  return node.add('mul', '', { activation: 'none' }, [rest, sign(node, 'sign', a)]);
};

const where: LowerOnnx = (node) => selected(node, node.input(0), node.input(1), node.input(2));

export const ARITHMETIC: OnnxOperators = {
  Add: sumOf('add'),
  And: pair('logical_and'),
  Div: (node) => quotient(node, ...pairOf(node)),
  Equal: pair('equal'),
  Greater: pair('greater'),
  GreaterOrEqual: pair('greater_equal'),
  Less: pair('less'),
  LessOrEqual: pair('less_equal'),
  Max: extremum('maximum'),
  Mean: mean,
  Min: extremum('minimum'),
  Mod: modulo,
  Mul: sumOf('mul'),
  Or: pair('logical_or'),
  Sub: sumOf('sub'),
  Sum: (node) => summed(node, ''),
  Where: where,
  Xor: pair('not_equal'),
};
