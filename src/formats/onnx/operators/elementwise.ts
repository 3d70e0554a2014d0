/** Functions of one element by their mathematical names. */

import { unsupportedError } from '../../../core/errors.ts';
import type { OpKind } from '../../../ops/index.ts';
import { erf, sign } from '../../lowering/functions.ts';
import { isKnown, knownNumbers, type Operand } from '../../lowering/graph-writer.ts';
import type { LowerOnnx, OnnxNode, OnnxOperators } from '../node.ts';

type Unary = Extract<
  OpKind,
  'abs' | 'ceil' | 'cos' | 'exp' | 'floor' | 'log' | 'logical_not' | 'neg' | 'round' | 'sin' | 'sqrt'
>;

function unary(kind: Unary): LowerOnnx {
  return (node) => node.add(kind, '', {}, [node.input(0)]);
}

function multiplied(node: OnnxNode, part: string, a: Operand, b: Operand): Operand {
  return node.add('mul', part, { activation: 'none' }, [a, b]);
}

function quotient(node: OnnxNode, part: string, a: Operand, b: Operand): Operand {
  return node.add('div', part, { activation: 'none' }, [a, b]);
}

function reciprocal(node: OnnxNode, part: string, input: Operand): Operand {
  return quotient(node, part, node.constant('one', [1], Float32Array.of(1)), input);
}

const tangent: LowerOnnx = (node) => {
  const input = node.input(0);
  return quotient(node, '', node.add('sin', 'sin', {}, [input]), node.add('cos', 'cos', {}, [input]));
};

const MOST_FACTORS = 16;

/** x to a whole number of at least 1, by squares. */
function whole(node: OnnxNode, part: string, x: Operand, exponent: number): Operand {
  if (exponent === 1) return x;
  const half = whole(node, `${part}/half_${exponent}`, x, Math.floor(exponent / 2));
  if (exponent % 2 === 0) return multiplied(node, part, half, half);
  return multiplied(node, part, multiplied(node, `${part}/even`, half, half), x);
}

function exponentOf(node: OnnxNode): number {
  const [first, ...others] = node.numbers(1, 'exponent') ?? [];
  if (first !== undefined && others.every((value) => value === first)) return first;
  throw unsupportedError(
    'unsupported-power',
    'its exponents differ from element to element.',
    'Use one constant exponent for all.',
  );
}

/** Whole exponents take products; of any other one e^(y log x) is right for every x, negative ones (NaN) and 0 too. */
const power: LowerOnnx = (node) => {
  const x = node.input(0);
  const exponent = exponentOf(node);
  if (isKnown(x)) {
    const powers = knownNumbers(x, 'base').map((value) => value ** exponent);
    return node.constant('', x.type.shape, Float32Array.from(powers));
  }
  if (exponent === 0.5) return node.add('sqrt', '', {}, [x]);
  if (exponent === -0.5) return node.add('rsqrt', '', {}, [x]);
  if (!Number.isInteger(exponent)) {
    const factor = node.constant('exponent', [1], Float32Array.of(exponent));
    return node.add('exp', '', {}, [multiplied(node, 'product', node.add('log', 'log', {}, [x]), factor)]);
  }
  if (exponent === 0 || Math.abs(exponent) > MOST_FACTORS) {
    throw unsupportedError(
      'unsupported-power',
      `its exponent is ${exponent}, and whole ones are computed from 1 to ${MOST_FACTORS} and from -1 to -${MOST_FACTORS}.`,
    );
  }
  return exponent > 0
    ? whole(node, '', x, exponent)
    : reciprocal(node, '', whole(node, 'power', x, -exponent));
};

export const ELEMENTWISE: OnnxOperators = {
  Abs: unary('abs'),
  Ceil: unary('ceil'),
  Cos: unary('cos'),
  Erf: (node) => erf(node, '', node.input(0)),
  Exp: unary('exp'),
  Floor: unary('floor'),
  Identity: (node) => node.input(0),
  IsNaN: (node) => node.add('not_equal', '', {}, [node.input(0), node.input(0)]),
  Log: unary('log'),
  Neg: unary('neg'),
  Not: unary('logical_not'),
  Pow: power,
  Reciprocal: (node) => reciprocal(node, '', node.input(0)),
  Round: unary('round'),
  Sign: (node) => sign(node, '', node.input(0)),
  Sin: unary('sin'),
  Sqrt: unary('sqrt'),
  Tan: tangent,
};
