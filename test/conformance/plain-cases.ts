/** One random case after another for every operator with int32, bool or uint8 operands, with the result it must give. */

import { INT32_MAX, INT32_MIN } from '../../src/core/fixed-point.ts';
import { perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf, OpKind } from '../../src/ops/index.ts';
import type { ComputedType } from '../../src/ops/op.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  drawActivation,
  drawBroadcast,
  drawShape,
  elementFor,
  floatLimits,
  logUniform,
  oneOf,
} from './draw.ts';
import { clampInt8, multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import { boolMovements, int32Movements } from './movement-cases.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;

/** Both ends of int32, numbers of every size, and what is near zero. */
export function drawInt32(random: Random): number {
  const bits = random.below(32);
  return oneOf(random, [0, 1, -1, INT32_MAX, INT32_MIN, (random.uint32() | 0) >> bits]);
}

export function int32Operand(random: Random, shape: Shape): Operand {
  const data = Int32Array.from({ length: elementCount(shape) }, () => drawInt32(random));
  return { type: { dtype: 'int32', shape }, data };
}

export function boolOperand(random: Random, shape: Shape): Operand {
  const data = Uint8Array.from({ length: elementCount(shape) }, () => random.below(2));
  return { type: { dtype: 'bool', shape }, data };
}

const wrapped = (x: bigint): number => Number(BigInt.asIntN(32, x));

/** What `combine` makes of two operands of broadcasting shapes. */
export function pairs<Attributes>(
  attributesOf: (random: Random) => Attributes,
  operandOf: (random: Random, shape: Shape, place: 'first' | 'second') => Operand,
  dtype: TensorType['dtype'],
  combine: (a: number, b: number, attributes: Attributes) => number,
): Draw<Attributes> {
  return (random) => {
    const shape = drawBroadcast(random);
    const attributes = attributesOf(random);
    const [a, b] = [operandOf(random, shape.a, 'first'), operandOf(random, shape.b, 'second')];
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) =>
      combine(
        Number(a.data[elementFor(at, shape.output, shape.a)]),
        Number(b.data[elementFor(at, shape.output, shape.b)]),
        attributes,
      ),
    );
    return { attributes, operands: [a, b], output: { dtype, shape: shape.output }, expected };
  };
}

/** Exact integers modulo 2^32, and then the activation. */
function sums(
  combine: (a: bigint, b: bigint) => bigint,
  activations: 'any' | 'none',
): Draw<AttributesOf<'add'>> {
  return pairs(
    (random) => ({ activation: activations === 'any' ? drawActivation(random) : 'none' }),
    int32Operand,
    'int32',
    (a, b, { activation }) => {
      const [low, top] = floatLimits(activation);
      return Math.min(top, Math.max(low, wrapped(combine(BigInt(a), BigInt(b)))));
    },
  );
}

const extremum = (pick: (a: number, b: number) => number): Draw<AttributesOf<'maximum'>> =>
  pairs(
    () => ({}),
    int32Operand,
    'int32',
    (a, b) => pick(a, b),
  );

/** A new shape for the same elements in the same order. */
function reshaped(operandOf: (random: Random, shape: Shape) => Operand): Draw<AttributesOf<'reshape'>> {
  return (random) => {
    const shape = drawShape(random);
    const x = operandOf(random, shape);
    const newShape = [...shape].reverse();
    const output = { dtype: x.type.dtype, shape: newShape };
    return { attributes: { newShape }, operands: [x], output, expected: x.data as Int32Array };
  };
}

const zerosInt32: Draw<AttributesOf<'zeros_like'>> = (random) => {
  const x = int32Operand(random, drawShape(random));
  return { attributes: {}, operands: [x], output: x.type, expected: new Int32Array(x.data.length) };
};

/** Every uint8 value through one pair of parameters. */
const quantizeUint8: Draw<AttributesOf<'quantize'>> = (random) => {
  const input = perTensor(logUniform(random, 1e-4, 2), random.below(256));
  const output = perTensor(
    oneOf(random, [input.scale, logUniform(random, 1e-4, 2)]),
    oneOf(random, [input.zeroPoint - 128, random.below(256) - 128]),
  );
  const data = Uint8Array.from({ length: 256 }, (_, value) => value);
  return {
    attributes: {},
    operands: [{ type: { dtype: 'uint8', shape: [256], quant: input }, data }],
    output: { dtype: 'int8', shape: [256], quant: output },
    expected: Array.from(data, (value) =>
      clampInt8(
        scaled(BigInt(value - input.zeroPoint), multiplierOf(input.scale / output.scale)) +
          BigInt(output.zeroPoint),
      ),
    ),
  };
};

/** The types that hold numbers as they are, or bytes on their way to int8. */
export type PlainType = Exclude<ComputedType, 'float32' | 'int8' | 'int16'>;

export const PLAIN_TYPES = ['int32', 'bool', 'uint8'] as const satisfies readonly PlainType[];

type Cases = { readonly [Kind in OpKind]?: Draw<AttributesOf<Kind>> };

/** A row for every kernel of these types; `random.test.ts` misses those that have none. */
export const plainCases: Readonly<Record<PlainType, Cases>> = {
  int32: {
    ...int32Movements(int32Operand),
    add: sums((a, b) => a + b, 'none'),
    maximum: extremum(Math.max),
    minimum: extremum(Math.min),
    mul: sums((a, b) => a * b, 'any'),
    reshape: reshaped(int32Operand),
    sub: sums((a, b) => a - b, 'any'),
    zeros_like: zerosInt32,
  },
  bool: {
    ...boolMovements(boolOperand),
    reshape: reshaped(boolOperand),
  },
  uint8: { quantize: quantizeUint8 },
};
