/** One random case after another for every operator with int8 operands, with the result it must give. */

import { type PerTensorQuant, perAxis, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf, OpKind } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import { castInt8 } from './cast-cases.ts';
import { comparisonsInt8 } from './comparison-cases.ts';
import { divisionInt8 } from './division-cases.ts';
import {
  constant,
  drawActivation,
  drawBias,
  drawBroadcast,
  drawQuant,
  drawShape,
  drawWeights,
  elementFor,
  int8Limits,
  int8Operand,
  int8Type,
  logUniform,
  oneOf,
  type WeightDType,
} from './draw.ts';
import { elementwiseInt8 } from './elementwise-cases.ts';
import { clampInt8, logisticInt8, multiplierOf, radiusOf, scaled, softmaxInt8, tanhInt8 } from './exact.ts';
import { int4WindowCases, int8WindowCases } from './exact-windows.ts';
import { mathInt8 } from './math-cases.ts';
import { int8Movements } from './movement-cases.ts';
import { int8Normalizations } from './normalization-cases.ts';
import { dequantizeFrom, quantizeFrom } from './quantize-cases.ts';
import { lstmInt8 } from './recurrent/lstm-cases.ts';
import { svdfInt8 } from './recurrent/svdf-cases.ts';
import { assignOf, readOf } from './recurrent/variable-cases.ts';
import { int8Sums } from './sum-cases.ts';

export interface Case<Attributes> {
  readonly attributes: Attributes;
  readonly operands: readonly (Operand | undefined)[];
  readonly output: TensorType;
  readonly expected: ArrayLike<number>;
  /** Outputs after the first. */
  readonly more?: readonly Pick<Case<Attributes>, 'output' | 'expected'>[];
}

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;

const f = Math.fround;
const ALL_INT8 = Int8Array.from({ length: 256 }, (_, index) => index - 128);

const fullyConnectedOf = (
  dtype: WeightDType,
  random: Random,
  index: number,
): Case<AttributesOf<'fully_connected'>> => {
  const [batches, units] = [1 + random.below(3), 1 + random.below(5)];
  const depth = oneOf(random, [1, 2, 1 + random.below(40), 300]);
  const [input, output] = [drawQuant(random), drawQuant(random, 1e-3, 10)];
  const activation = drawActivation(random);
  const keepNumDims = random.below(2) === 0;
  // int4 weights have one scale in TFLM.
  const perChannel = random.below(2) === 0 && units > 1 && dtype === 'int8';
  const scales = Array.from({ length: units }, () => logUniform(random, 1e-5, 100));
  const weightQuant = perChannel ? perAxis(0, scales) : perTensor(scales[0], 0);
  const product = f(input.scale * scales[0]);
  const lead = keepNumDims ? [1, batches] : [batches];
  const x = int8Operand(random, [...lead, depth], input, index);
  const weights = drawWeights(random, units * depth, index, dtype);
  const bias = index % 3 === 0 ? undefined : Int32Array.from({ length: units }, () => drawBias(random));
  const [low, top] = int8Limits(activation, output);

  const expected = Array.from({ length: batches * units }, (_, at) => {
    const unit = at % units;
    const row = Math.floor(at / units) * depth;
    let sum = BigInt(bias?.[unit] ?? 0);
    for (let i = 0; i < depth; i++) {
      const centered = Number(x.data[row + i]) - input.zeroPoint;
      sum += BigInt(weights[unit * depth + i] * centered);
    }
    const real = perChannel ? (input.scale * scales[unit]) / output.scale : product / output.scale;
    return clampInt8(scaled(sum, multiplierOf(real)) + BigInt(output.zeroPoint), low, top);
  });
  const biasType: TensorType = { dtype: 'int32', shape: [units], quant: perTensor(product, 0) };
  return {
    attributes: { activation, keepNumDims },
    operands: [
      x,
      constant({ dtype, shape: [units, depth], quant: weightQuant }, weights),
      ...(bias === undefined ? [] : [constant(biasType, bias)]),
    ],
    output: int8Type([...lead, units], output),
    expected,
  };
};

type Combine = (a: number, b: number, quants: Record<'a' | 'b' | 'output', PerTensorQuant>) => bigint;

/** Two operands of broadcasting shapes; `combine` gets values less their zero points. */
function binary(combine: Combine): Draw<AttributesOf<'add'>> {
  return (random, index) => {
    const shape = drawBroadcast(random);
    // Output scales reach down to where TFLM's assertion begins and far up.
    const [a, b] = [drawQuant(random, 1e-3, 1), drawQuant(random, 1e-3, 1)];
    const quants = { a, b, output: drawQuant(random, 1e-5, 100) };
    const x = int8Operand(random, shape.a, a, index);
    const y = int8Operand(random, shape.b, b, index);
    const activation = drawActivation(random);
    const [low, top] = int8Limits(activation, quants.output);
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) => {
      const left = Number(x.data[elementFor(at, shape.output, shape.a)]) - a.zeroPoint;
      const right = Number(y.data[elementFor(at, shape.output, shape.b)]) - b.zeroPoint;
      return clampInt8(combine(left, right, quants) + BigInt(quants.output.zeroPoint), low, top);
    });
    const output = int8Type(shape.output, quants.output);
    return { attributes: { activation }, operands: [x, y], output, expected };
  };
}

/** Both operands 2^20 times larger in a common scale; `round` is where TFLM computes scales in float32. */
export function exactSum(sign: bigint, round: (x: number) => number): Combine {
  return (a, b, { a: quantA, b: quantB, output }) => {
    const twice = 2 * Math.max(quantA.scale, quantB.scale);
    const left = scaled(BigInt(a) << 20n, multiplierOf(round(quantA.scale / twice)));
    const right = scaled(BigInt(b) << 20n, multiplierOf(round(quantB.scale / twice)));
    return scaled(left + sign * right, multiplierOf(round(twice / (2 ** 20 * output.scale))));
  };
}

interface OneByOne {
  readonly quants?: (random: Random) => [PerTensorQuant, PerTensorQuant];
  readonly value: (value: number, input: PerTensorQuant, output: PerTensorQuant) => number;
}

/** An operator of one value: every int8 value is tried with each pair of parameters. */
function unary({ quants, value }: OneByOne): Draw<AttributesOf<'relu'>> {
  return (random) => {
    const [input, output] = quants?.(random) ?? [drawQuant(random), drawQuant(random)];
    const shape = oneOf(random, [[256], [1, 256], [2, 4, 32], [4, 4, 4, 4]]);
    return {
      attributes: {},
      operands: [{ type: int8Type(shape, input), data: ALL_INT8 }],
      output: int8Type(shape, output),
      expected: Array.from(ALL_INT8, (x) => value(x, input, output)),
    };
  };
}

function rescaled(value: number, input: PerTensorQuant, real: number, output: PerTensorQuant): bigint {
  return scaled(BigInt(value - input.zeroPoint), multiplierOf(real)) + BigInt(output.zeroPoint);
}

/** Brings the input to Q4.27; beyond ±15 the result is at its end. */
function q4(compute: (q4: bigint) => number): OneByOne['value'] {
  return (value, { scale, zeroPoint }) => {
    const multiplier = multiplierOf(scale * 2 ** 27);
    const radius = radiusOf(4, multiplier.shift);
    const centered = BigInt(value - zeroPoint);
    if (centered <= -radius) return -128;
    if (centered >= radius) return 127;
    return compute(scaled(centered, multiplier));
  };
}

/** The scales of the recorded tables and far beyond: 3.7e-9 is where TFLM's shift would become negative. */
const drawWideQuant = (random: Random): PerTensorQuant => drawQuant(random, 4e-9, 1e4);

const softmaxOf = (bits: 8 | 16, random: Random, index: number): Case<AttributesOf<'softmax'>> => {
  const depth = oneOf(random, [1, 2, 10, 1 + random.below(60), 511]);
  const rows = 1 + random.below(3);
  const beta = f(oneOf(random, [1, 1, 0.5, 3, logUniform(random, 1e-2, 10)]));
  const input = drawQuant(random, 1e-4, oneOf(random, [0.2, 2, 1e3]));
  const x = int8Operand(random, [rows, depth], input, index);
  const real = Math.min(beta * input.scale * 2 ** 26, 2 ** 31 - 1);
  const values = Array.from(x.data as Int8Array);
  const expected = Array.from({ length: rows }, (_, row) =>
    softmaxInt8(values.slice(row * depth, (row + 1) * depth), real, bits),
  ).flat();
  const output: TensorType =
    bits === 8
      ? int8Type([rows, depth], perTensor(1 / 256, -128))
      : { dtype: 'int16', shape: [rows, depth], quant: perTensor(1 / 65536, -32768) };
  return { attributes: { beta }, operands: [x], output, expected };
};

/** int8 to int16. */
export const softmaxInt16: Draw<AttributesOf<'softmax'>> = (random, index) => softmaxOf(16, random, index);

const reshape: Draw<AttributesOf<'reshape'>> = (random, index) => {
  const shape = drawShape(random);
  const quant = drawQuant(random);
  const newShape = oneOf(random, [[elementCount(shape)], [1, elementCount(shape)], [...shape].reverse()]);
  const x = int8Operand(random, shape, quant, index);
  const expected = x.data as Int8Array;
  return { attributes: { newShape }, operands: [x], output: int8Type(newShape, quant), expected };
};

/** A row for every operator with an int8 kernel; `random.test.ts` misses those that have none. */
export const int8Cases: { readonly [Kind in OpKind]?: Draw<AttributesOf<Kind>> } = {
  ...elementwiseInt8,
  ...mathInt8,
  ...comparisonsInt8,
  ...divisionInt8,
  cast: castInt8,
  ...int8Movements,
  ...int8Normalizations,
  ...int8Sums,
  assign_variable: assignOf('int8'),
  read_variable: readOf('int8'),
  svdf: svdfInt8,
  unidirectional_sequence_lstm: lstmInt8,
  ...int8WindowCases,
  add: binary(exactSum(1n, (x) => x)),
  sub: binary(exactSum(-1n, f)),
  mul: binary((a, b, { a: quantA, b: quantB, output }) =>
    scaled(BigInt(a * b), multiplierOf((quantA.scale * quantB.scale) / output.scale)),
  ),
  dequantize: dequantizeFrom('int8'),
  fully_connected: (random, index) => fullyConnectedOf('int8', random, index),
  logistic: unary({
    quants: (random) => [drawWideQuant(random), perTensor(1 / 256, -128)],
    value: q4(logisticInt8),
  }),
  tanh: unary({
    quants: (random) => [drawWideQuant(random), perTensor(1 / 128, 0)],
    value: q4(tanhInt8),
  }),
  quantize: quantizeFrom('int8'),
  relu: unary({
    value: (x, input, output) =>
      clampInt8(rescaled(x, input, f(input.scale / output.scale), output), ...int8Limits('relu', output)),
  }),
  relu6: unary({
    quants: (random) => [drawQuant(random, 1e-3, 10), drawQuant(random)],
    value: (x, input) => clampInt8(BigInt(x), ...int8Limits('relu6', input)),
  }),
  reshape,
  softmax: (random, index) => softmaxOf(8, random, index),
};

/** The operators that take int4 weights. */
export const int4Cases = {
  ...int4WindowCases,
  fully_connected: (random: Random, index: number) => fullyConnectedOf('int4', random, index),
};
