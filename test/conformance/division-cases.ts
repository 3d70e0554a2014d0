/** Quotients, remainders and squared differences, each by its own formula. */

import { perTensor, type QuantParams } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  drawActivation,
  drawQuant,
  floatLimits,
  floatOperand,
  int8Limits,
  int8Operand,
  int8Type,
  logUniform,
} from './draw.ts';
import { clampInt8, dividedInt8, multiplierOf, scaled } from './exact.ts';
import { drawInt32, int32Operand, noAttributes, type Pairs, pairs } from './pairs.ts';

const f = Math.fround;
const activation = (random: Random): AttributesOf<'div'> => ({ activation: drawActivation(random) });
const plain =
  (dtype: TensorType['dtype']): Pairs<unknown>['output'] =>
  (_, shape) => ({ dtype, shape });
const wrapped = (x: bigint): number => Number(BigInt.asIntN(32, x));

function perTensorOf(quant: QuantParams | undefined) {
  if (quant?.scheme !== 'per-tensor') throw new Error('no parameters');
  return quant;
}

/** Away from 0. */
function divisors(random: Random, shape: Shape): Operand {
  const { type, data } = floatOperand(random, shape);
  return { type, data: (data as Float32Array).map((x) => (x < 0 ? x - 0.1 : x + 0.1)) };
}

function int32Divisors(random: Random, shape: Shape): Operand {
  const data = Int32Array.from({ length: elementCount(shape) }, () => drawInt32(random) || 7);
  return { type: { dtype: 'int32', shape }, data };
}

/** Without the value that stands for 0. */
function int8Divisors(random: Random, shape: Shape, index: number): Operand {
  const quant = drawQuant(random, 1e-3, 1);
  const { type, data } = int8Operand(random, shape, quant, index);
  const other = quant.zeroPoint === 127 ? 126 : quant.zeroPoint + 1;
  return { type, data: (data as Int8Array).map((x) => (x === quant.zeroPoint ? other : x)) };
}

/** Such that the first scale is 64 to 2^23 times the product of the others. */
function quotientType(random: Random, shape: Shape, a: TensorType, b: TensorType): TensorType {
  const ratio = logUniform(random, 65, 8e6);
  const scale = perTensorOf(a.quant).scale / perTensorOf(b.quant).scale / ratio;
  return int8Type(shape, perTensor(scale, drawQuant(random).zeroPoint));
}

const differenceType = (random: Random, shape: Shape): TensorType =>
  int8Type(shape, drawQuant(random, 1e-5, 100));

export const divisionInt8 = {
  div: pairs({
    attributes: activation,
    a: (random, shape, index) => int8Operand(random, shape, drawQuant(random, 1e-3, 1), index),
    b: int8Divisors,
    output: quotientType,
    combine(x, y, types, attributes) {
      const [a, b, output] = [types.a, types.b, types.output].map(({ quant }) => perTensorOf(quant));
      const real = f(a.scale / f(b.scale * output.scale));
      const result = dividedInt8(BigInt(x - a.zeroPoint), BigInt(y - b.zeroPoint), multiplierOf(real));
      return clampInt8(result + BigInt(output.zeroPoint), ...int8Limits(attributes.activation, output));
    },
  }),
  squared_difference: pairs({
    attributes: noAttributes,
    a: (random, shape, index) => int8Operand(random, shape, drawQuant(random, 1e-3, 1), index),
    output: differenceType,
    combine(x, y, types) {
      const [a, b, output] = [types.a, types.b, types.output].map(({ quant }) => perTensorOf(quant));
      const common = 2 * Math.max(a.scale, b.scale);
      const left = scaled(BigInt(x - a.zeroPoint) * 128n, multiplierOf(a.scale / common));
      const right = scaled(BigInt(y - b.zeroPoint) * 128n, multiplierOf(b.scale / common));
      const real = (common * common) / (16384 * output.scale);
      return clampInt8(scaled((left - right) ** 2n, multiplierOf(real)) + BigInt(output.zeroPoint));
    },
  }),
} as const;

export const divisionInt32 = {
  div: pairs({
    attributes: activation,
    a: int32Operand,
    b: int32Divisors,
    output: plain('int32'),
    combine(a, b, _, attributes) {
      const [low, top] = floatLimits(attributes.activation);
      return Math.min(top, Math.max(low, wrapped(BigInt(a) / BigInt(b))));
    },
  }),
  squared_difference: pairs({
    attributes: noAttributes,
    a: int32Operand,
    output: plain('int32'),
    combine: (a, b) => wrapped((BigInt(a) - BigInt(b)) ** 2n),
  }),
} as const;

export const divisionFloat = {
  div: pairs({
    attributes: activation,
    a: floatOperand,
    b: divisors,
    output: plain('float32'),
    combine(a, b, _, attributes) {
      const [low, top] = floatLimits(attributes.activation);
      return Math.min(top, Math.max(low, a * (1 / b)));
    },
  }),
  floor_div: pairs({
    attributes: noAttributes,
    a: floatOperand,
    b: divisors,
    output: plain('float32'),
    combine: (a, b) => (a - (((a % b) + b) % b)) / b,
  }),
  floor_mod: pairs({
    attributes: noAttributes,
    a: (random, shape) => floatOperand(random, shape, 1),
    b: divisors,
    output: plain('float32'),
    combine: (a, b) => a - b * Math.floor(a / b),
  }),
  squared_difference: pairs({
    attributes: noAttributes,
    a: floatOperand,
    output: plain('float32'),
    combine: (a, b) => (a - b) * (a - b),
  }),
} as const;
