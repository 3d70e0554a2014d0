/** One random case after another for every operator that computes int16, each by its own formula in exact integers. */

import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  drawActivation,
  drawInt16,
  drawScale,
  int8Operand,
  int16Limits,
  int16Operand,
  int16Type,
  logUniform,
  oneOf,
} from './draw.ts';
import { multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import { activated, divideUp } from './exact-sigmoid.ts';
import { softmaxInt16Row } from './exact-softmax-int16.ts';
import { average, exactMean, exactTotal, type Gather, largest } from './exact-windows.ts';
import { noAttributes, pairs } from './pairs.ts';
import { drawPool, drawReduction, type Gathering } from './windows.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;
type None = Record<string, never>;

const f = Math.fround;

/** A scale, and a zero point that favours both ends. */
function drawOffset(random: Random, low = 1e-6, high = 0.01, most = 32768): PerTensorQuant {
  const any = (): number => random.below(2 * most) - most;
  return perTensor(logUniform(random, low, high), oneOf(random, [0, -most, most - 1, any(), any()]));
}

function clampInt16(x: bigint, low = -32768n, top = 32767n): number {
  const least = low < -32768n ? -32768n : low;
  const most = top > 32767n ? 32767n : top;
  return Number(x < least ? least : x > most ? most : x);
}

function quantOf({ quant }: TensorType): PerTensorQuant {
  if (quant?.scheme !== 'per-tensor') throw new Error('unreachable');
  return quant;
}

type Combine = (a: bigint, b: bigint, quants: Record<'a' | 'b' | 'output', PerTensorQuant>) => bigint;

/** Two operands of broadcasting shapes; `combine` gets values less their zero points, of which there may be `offsets`. */
function binary(offsets: 'any' | 'output' | 'none', combine: Combine): Draw<AttributesOf<'add'>> {
  const input = offsets === 'any' ? (random: Random) => drawOffset(random, 1e-5, 0.01, 32767) : drawScale;
  return pairs<AttributesOf<'add'>>({
    attributes: (random) => ({ activation: drawActivation(random) }),
    a: (random, shape, index) => int16Operand(random, shape, input(random, 1e-5, 0.01), index),
    output: (random, shape) =>
      int16Type(shape, (offsets === 'none' ? drawScale : drawOffset)(random, 1e-6, 1)),
    combine(a, b, types, { activation }) {
      const quants = { a: quantOf(types.a), b: quantOf(types.b), output: quantOf(types.output) };
      const [left, right] = [BigInt(a - quants.a.zeroPoint), BigInt(b - quants.b.zeroPoint)];
      const result = combine(left, right, quants) + BigInt(quants.output.zeroPoint);
      return clampInt16(result, ...int16Limits(activation, quants.output));
    },
  });
}

/** Both operands 2^15 times larger in a common scale; `round` is where TFLM computes scales in float32. */
function exactSum(sign: bigint, round: (x: number) => number): Combine {
  return (a, b, { a: quantA, b: quantB, output }) => {
    const twice = 2 * Math.max(quantA.scale, quantB.scale);
    const left = scaled(a << 15n, multiplierOf(round(quantA.scale / twice)));
    const right = scaled(b << 15n, multiplierOf(round(quantB.scale / twice)));
    return scaled(left + sign * right, multiplierOf(round(twice / (2 ** 15 * output.scale))));
  };
}

const squaredDifference: Draw<None> = pairs<None>({
  attributes: noAttributes,
  a: (random, shape, index) => int16Operand(random, shape, drawScale(random, 1e-4, 1), index),
  output: (random, shape) => int16Type(shape, drawScale(random, 1e-4, 100)),
  combine(a, b, types) {
    const [quantA, quantB, output] = [quantOf(types.a), quantOf(types.b), quantOf(types.output)];
    const twice = 2 * Math.max(quantA.scale, quantB.scale);
    const difference =
      scaled(BigInt(a), multiplierOf(quantA.scale / twice)) -
      scaled(BigInt(b), multiplierOf(quantB.scale / twice));
    return clampInt16(scaled(difference * difference, multiplierOf((twice * twice) / output.scale)));
  },
});

/** Raw values, whatever the scales. */
const extremum = (pick: (a: number, b: number) => number): Draw<None> =>
  pairs<None>({
    attributes: noAttributes,
    a: (random, shape, index) => int16Operand(random, shape, drawOffset(random), index),
    output: (random, shape) => int16Type(shape, drawOffset(random)),
    combine: (a, b) => pick(a, b),
  });

/** Alpha is int8. */
const prelu: Draw<None> = (random, index) => {
  const shape = [1 + random.below(3), 1 + random.below(4), 1 + random.below(4)];
  const alphaShape = oneOf(random, [[shape[2]], [1], [shape[1], 1], shape]);
  const [input, slope, output] = [drawOffset(random), drawOffset(random, 1e-3, 0.1, 128), drawOffset(random)];
  const x = int16Operand(random, shape, input, index);
  const alpha = int8Operand(random, alphaShape, slope, index);
  const lead = shape.length - alphaShape.length;
  const expected = Array.from(x.data as Int16Array, (raw, at) => {
    const place = [
      Math.floor(at / shape[2] / shape[1]),
      Math.floor(at / shape[2]) % shape[1],
      at % shape[2],
    ].slice(lead);
    const own = alphaShape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : place[axis]), 0);
    const value = BigInt(raw - input.zeroPoint);
    const factor = BigInt(Number(alpha.data[own]) - slope.zeroPoint);
    const result =
      value >= 0n
        ? scaled(value, multiplierOf(input.scale / output.scale))
        : scaled(value * factor, multiplierOf((input.scale * slope.scale) / output.scale));
    return clampInt16(result + BigInt(output.zeroPoint));
  });
  return { attributes: {}, operands: [x, alpha], output: int16Type(shape, output), expected };
};

type Value<Attributes> = (
  value: bigint,
  input: PerTensorQuant,
  output: PerTensorQuant,
  attributes: Attributes,
) => bigint;

interface OneByOne<Attributes> {
  readonly attributes: (random: Random) => Attributes;
  readonly input: (random: Random) => PerTensorQuant;
  readonly output: (random: Random, input: PerTensorQuant) => PerTensorQuant;
  readonly value: Value<Attributes>;
}

/** An operator of one value, on random ones, both ends, and all near 0. */
function unary<Attributes>(p: OneByOne<Attributes>): Draw<Attributes> {
  return (random, index) => {
    const input = p.input(random);
    const output = p.output(random, input);
    const attributes = p.attributes(random);
    const shape = [3, 50];
    const data = drawInt16(random, 150, index + 2);
    for (let i = 0; i < 20; i++) data[i] = i - 10;
    return {
      attributes,
      operands: [{ type: int16Type(shape, input), data }],
      output: int16Type(shape, output),
      expected: Array.from(data, (x) => clampInt16(p.value(BigInt(x), input, output, attributes))),
    };
  };
}

const abs = unary<None>({
  attributes: noAttributes,
  input: (random) => drawScale(random),
  output: (random, input) => oneOf(random, [input, drawScale(random)]),
  value(x, input, output) {
    const size = x < 0n ? -x : x;
    return input.scale === output.scale ? size : scaled(size, multiplierOf(f(input.scale / output.scale)));
  },
});

const relu = unary<None>({
  attributes: noAttributes,
  input: (random) => drawScale(random),
  output: (random) => drawScale(random),
  value(x, input, output) {
    const result = scaled(x, multiplierOf(f(input.scale / output.scale)));
    return result < 0n ? 0n : result;
  },
});

const relu6 = unary<None>({
  attributes: noAttributes,
  input: (random) => drawOffset(random, 1e-5, 1),
  output: (random) => drawOffset(random),
  value: (x, input) => BigInt(clampInt16(x, ...int16Limits('relu6', input))),
});

const leakyRelu = unary<AttributesOf<'leaky_relu'>>({
  attributes: (random) => ({ alpha: f(oneOf(random, [0.3, 0.2, 0, 1.5, -0.5, random.normal()])) }),
  input: (random) => drawOffset(random),
  output: (random) => drawOffset(random),
  value(x, input, output, { alpha }) {
    const centered = x - BigInt(input.zeroPoint);
    const slope = f(f(input.scale * alpha) / output.scale);
    const positive = scaled(centered, multiplierOf(f(input.scale / output.scale)));
    const negative = scaled(centered, multiplierOf(Math.abs(slope)));
    const result = centered >= 0n ? positive : slope < 0 ? -negative : negative;
    return result + BigInt(output.zeroPoint);
  },
});

/** Every scale that TFLM takes, its powers of 2 among them. */
function drawSigmoidScale(random: Random): PerTensorQuant {
  const powers = [-10, -11, -12, -13].map((power) => 2 ** power);
  const near = oneOf(random, [2 ** -12, 2 ** -11]) * (1 + random.normal() * 1e-3);
  return perTensor(oneOf(random, [...powers, near, logUniform(random, 1e-12, 2.6)]), 0);
}

function sigmoid(kind: 'sigmoid' | 'tanh', exactPowers: readonly number[]): Draw<None> {
  return unary<None>({
    attributes: noAttributes,
    input: drawSigmoidScale,
    output: () => perTensor(2 ** -15, 0),
    value(x, { scale }) {
      const exact = exactPowers.find((power) => Math.abs(Math.log2(scale) - power) < 1e-3);
      if (exact !== undefined) return activated(kind, x * 3n * 2n ** BigInt(exact + 12));
      // 3 · 2^12 · scale in 15 bits: as many doublings as leave it below 32767.
      let bits = 0;
      while (scale * 12288 * 2 ** bits <= 16383.5 && bits < 31) bits++;
      return activated(kind, divideUp(x * BigInt(Math.floor(scale * 12288 * 2 ** bits)), bits));
    },
  });
}

const softmax: Draw<AttributesOf<'softmax'>> = (random, index) => {
  const depth = oneOf(random, [1, 2, 10, 1 + random.below(60), 2000]);
  const rows = 1 + random.below(3);
  const beta = f(oneOf(random, [1, 1, 0.5, 3, logUniform(random, 1e-2, 10)]));
  const input = drawScale(random, 1e-7, oneOf(random, [1e-4, 1e-2, 10]));
  const x = int16Operand(random, [rows, depth], input, index);
  const values = Array.from(x.data as Int16Array);
  const expected = Array.from({ length: rows }, (_, row) =>
    softmaxInt16Row(values.slice(row * depth, (row + 1) * depth), input.scale * beta),
  ).flat();
  const output = int16Type([rows, depth], perTensor(2 ** -15, 0));
  return { attributes: { beta }, operands: [x], output, expected };
};

/** `rescales` where the output has parameters of its own. */
function gathering<Attributes>(
  draw: (random: Random) => Gathering<Attributes>,
  rescales: boolean,
  gather: Gather,
): Draw<Attributes> {
  return (random, index) => {
    const { attributes, input, output, members } = draw(random);
    const inputQuant = drawOffset(random);
    const outputQuant = rescales ? drawOffset(random, 1e-7, 1) : inputQuant;
    const x: Operand = int16Operand(random, input, inputQuant, index);
    const { activation = 'none' } = attributes as { activation?: 'none' };
    const limits = int16Limits(activation, outputQuant);
    const expected = members.map((list) => {
      const values = list.map((from) => BigInt(Number(x.data[from])));
      return clampInt16(gather(values, inputQuant, outputQuant), ...limits);
    });
    return { attributes, operands: [x], output: int16Type(output, outputQuant), expected };
  };
}

export const int16Cases = {
  abs,
  add: binary(
    'any',
    exactSum(1n, (x) => x),
  ),
  average_pool_2d: gathering(drawPool, false, average),
  leaky_relu: leakyRelu,
  logistic: sigmoid('sigmoid', [-12]),
  max_pool_2d: gathering(drawPool, false, largest),
  maximum: extremum(Math.max),
  mean: gathering(drawReduction, true, exactMean),
  minimum: extremum(Math.min),
  mul: binary('none', (a, b, { a: quantA, b: quantB, output }) =>
    scaled(a * b, multiplierOf((quantA.scale * quantB.scale) / output.scale)),
  ),
  prelu,
  relu,
  relu6,
  softmax,
  squared_difference: squaredDifference,
  sub: binary('output', exactSum(-1n, f)),
  sum: gathering(drawReduction, true, exactTotal),
  tanh: sigmoid('tanh', [-11, -12]),
} as const;
