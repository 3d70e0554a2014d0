/** One random case after another for every operator with int16, int32, bool or uint8 operands, with the result it must give. */

import type { Random } from '../../src/core/random.ts';
import type { Shape } from '../../src/core/tensor.ts';
import type { AttributesOf, OpKind } from '../../src/ops/index.ts';
import type { ComputedType } from '../../src/ops/op.ts';
import type { Operand } from '../ops/one-node.ts';
import { castOf } from './cast-cases.ts';
import { comparisonsInt32, conditions } from './comparison-cases.ts';
import { decodeCases } from './decode-cases.ts';
import { divisionInt32 } from './division-cases.ts';
import { drawActivation, drawScale, drawShape, floatLimits, int16Operand } from './draw.ts';
import type { Case } from './exact-int8.ts';
import { int16Cases } from './int16-cases.ts';
import { boolMovements, int16Movements, int32Movements } from './movement-cases.ts';
import { boolOperand, int32Operand, noAttributes, pairs } from './pairs.ts';
import { dequantizeFrom, quantizeFrom } from './quantize-cases.ts';
import { lstmInt16 } from './recurrent/lstm-cases.ts';
import { assignOf, readOf } from './recurrent/variable-cases.ts';
import { weightedInt16 } from './weighted-int16-cases.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;

const wrapped = (x: bigint): number => Number(BigInt.asIntN(32, x));

/** Exact integers modulo 2^32, and then the activation. */
function sums(
  combine: (a: bigint, b: bigint) => bigint,
  activations: 'any' | 'none',
): Draw<AttributesOf<'add'>> {
  return pairs<AttributesOf<'add'>>({
    attributes: (random) => ({ activation: activations === 'any' ? drawActivation(random) : 'none' }),
    a: int32Operand,
    output: (_, shape) => ({ dtype: 'int32', shape }),
    combine(a, b, _, { activation }) {
      const [low, top] = floatLimits(activation);
      return Math.min(top, Math.max(low, wrapped(combine(BigInt(a), BigInt(b)))));
    },
  });
}

const extremum = (pick: (a: number, b: number) => number): Draw<AttributesOf<'maximum'>> =>
  pairs({
    attributes: noAttributes,
    a: int32Operand,
    output: (_, shape) => ({ dtype: 'int32', shape }),
    combine: (a, b) => pick(a, b),
  });

/** A new shape for the same elements in the same order. */
function reshaped(operandOf: (random: Random, shape: Shape) => Operand): Draw<AttributesOf<'reshape'>> {
  return (random) => {
    const shape = drawShape(random);
    const x = operandOf(random, shape);
    const newShape = [...shape].reverse();
    const output = { ...x.type, shape: newShape };
    return { attributes: { newShape }, operands: [x], output, expected: x.data as Int32Array };
  };
}

const zerosInt32: Draw<AttributesOf<'zeros_like'>> = (random) => {
  const x = int32Operand(random, drawShape(random));
  return { attributes: {}, operands: [x], output: x.type, expected: new Int32Array(x.data.length) };
};

/** The types that hold numbers as they are, or integers on their way to int8. */
export type PlainType = Exclude<ComputedType, 'float32' | 'int8'>;

export const PLAIN_TYPES = ['int16', 'int32', 'bool', 'uint8'] as const satisfies readonly PlainType[];

type Cases = { readonly [Kind in OpKind]?: Draw<AttributesOf<Kind>> };

/** A row for every kernel of these types; `random.test.ts` misses those that have none. */
export const plainCases: Readonly<Record<PlainType, Cases>> = {
  int16: {
    ...weightedInt16,
    ...int16Movements,
    ...int16Cases,
    cast: castOf((random, shape, index) => int16Operand(random, shape, drawScale(random), index)),
    reshape: reshaped((random, shape) => int16Operand(random, shape, drawScale(random), 2)),
    quantize: quantizeFrom('int16'),
    dequantize: dequantizeFrom('int16'),
    unidirectional_sequence_lstm: lstmInt16,
    assign_variable: assignOf('int16'),
    read_variable: readOf('int16'),
  },
  int32: {
    assign_variable: assignOf('int32'),
    read_variable: readOf('int32'),
    ...int32Movements(int32Operand),
    ...comparisonsInt32,
    ...divisionInt32,
    cast: castOf(int32Operand),
    add: sums((a, b) => a + b, 'none'),
    maximum: extremum(Math.max),
    minimum: extremum(Math.min),
    mul: sums((a, b) => a * b, 'any'),
    quantize: quantizeFrom('int32'),
    reshape: reshaped(int32Operand),
    sub: sums((a, b) => a - b, 'any'),
    zeros_like: zerosInt32,
  },
  bool: {
    ...boolMovements(boolOperand),
    ...conditions,
    cast: castOf(boolOperand),
    reshape: reshaped(boolOperand),
  },
  uint8: {
    quantize: quantizeFrom('uint8'),
    dequantize: dequantizeFrom('uint8'),
    tflm_decode: decodeCases,
  },
};
