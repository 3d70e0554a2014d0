/** Random cases of operators with weights on int16 activations, computed in exact integers. */

import { type PerTensorQuant, perAxis, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import type { Operand } from '../ops/one-node.ts';
import {
  constant,
  drawActivation,
  drawBias,
  drawInt8,
  drawInt16,
  elementFor,
  int16Limits,
  logUniform,
  oneOf,
} from './draw.ts';
import { multiplierOf, scaledBy, scaledWide } from './exact.ts';
import type { Case } from './exact-int8.ts';
import { type Convolution, drawConv, drawDepthwiseConv, drawTransposeConv, type Term } from './windows.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;

/** What the bias may be, `without64` and `without32` being none and the accumulator. */
type BiasKind = 'int64' | 'int32' | 'int16' | 'without64' | 'without32';

const f = Math.fround;

/** Zero points favour both ends. */
function drawQuant16(random: Random, low: number, high: number): PerTensorQuant {
  const zeroPoint = oneOf(random, [0, 0, -32768, 32767, random.below(65536) - 32768]);
  return perTensor(logUniform(random, low, high), zeroPoint);
}

function int16Type(shape: Shape, quant: PerTensorQuant): TensorType {
  return { dtype: 'int16', shape, quant };
}

function int16Operand(random: Random, shape: Shape, quant: PerTensorQuant, index: number): Operand {
  return { type: int16Type(shape, quant), data: drawInt16(random, elementCount(shape), index) };
}

/** Nothing, numbers of every size, and what carries the sum as far as TFLM allows it. */
function drawWideBias(random: Random): bigint {
  const bits = BigInt(1 + random.below(45));
  const some = BigInt.asIntN(64, (BigInt(random.uint32()) << 32n) | BigInt(random.uint32())) >> (64n - bits);
  return oneOf(random, [0n, some, some, 1n << 46n, -(1n << 46n)]);
}

function drawBiases(random: Random, kind: BiasKind, channels: number): Operand | undefined {
  if (kind === 'without64' || kind === 'without32') return undefined;
  const type: TensorType = { dtype: kind, shape: [channels] };
  const from = { length: channels };
  if (kind === 'int64')
    return constant(
      type,
      BigInt64Array.from(from, () => drawWideBias(random)),
    );
  if (kind === 'int16') return constant(type, drawInt16(random, channels, 2));
  return constant(
    type,
    Int32Array.from(from, () => drawBias(random)),
  );
}

function accumulatorOf(kind: BiasKind): 32 | 64 {
  return kind === 'int32' || kind === 'without32' ? 32 : 64;
}

/** The option stands for a bias that is not there. */
function accumulatorOption(kind: BiasKind): { accumulator?: 'int32' } {
  return kind === 'without32' ? { accumulator: 'int32' } : {};
}

function clamped(x: bigint, [low, top]: readonly [bigint, bigint]): number {
  return Number(x < low ? low : x > top ? top : x);
}

/** Scales that stay below the 128 with which TFLM multiplies at most. */
function drawScales(random: Random, channels: number): number[] {
  return Array.from({ length: channels }, () => logUniform(random, 1e-4, 1));
}

const fullyConnected: Draw<AttributesOf<'fully_connected'>> = (random, index) => {
  const [batches, units] = [1 + random.below(3), 1 + random.below(6)];
  const depth = oneOf(random, [1, 1 + random.below(40), 255, 256, 257, 700]);
  const [input, output] = [drawQuant16(random, 1e-5, 0.1), drawQuant16(random, 1e-2, 10)];
  const kind = oneOf<BiasKind>(random, ['int64', 'int64', 'int32', 'without64', 'without32']);
  const bits = accumulatorOf(kind);
  const scales = drawScales(random, units);
  const perChannel = random.below(2) === 0 && units > 1;
  const product = f(input.scale * scales[0]);
  const x = int16Operand(random, [batches, depth], input, index);
  const weights = drawInt8(random, units * depth, index);
  const bias = drawBiases(random, kind, units);
  const activation = drawActivation(random);
  const limits = int16Limits(activation, output);
  const expected = Array.from({ length: batches * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units) * depth, at % units];
    let sum = BigInt(bias?.data[unit] ?? 0);
    for (let i = 0; i < depth; i++) {
      sum += BigInt(weights[unit * depth + i] * (Number(x.data[row + i]) - input.zeroPoint));
    }
    const real = perChannel ? (input.scale * scales[unit]) / output.scale : product / output.scale;
    return clamped(scaledBy(bits, sum, multiplierOf(real)) + BigInt(output.zeroPoint), limits);
  });
  const weightQuant = perChannel ? perAxis(0, scales) : perTensor(scales[0], 0);
  return {
    attributes: { activation, keepNumDims: false, ...accumulatorOption(kind) },
    operands: [
      x,
      constant({ dtype: 'int8', shape: [units, depth], quant: weightQuant }, weights),
      ...(bias === undefined ? [] : [bias]),
    ],
    output: int16Type([batches, units], output),
    expected,
  };
};

/** Output channels are along the last axis of the output, and along `axis` of the weights. */
function convolution<Attributes>(
  draw: (random: Random) => Convolution<Attributes>,
  axis: number,
  kinds: readonly BiasKind[],
): Draw<Convolution<Attributes>['attributes'] & { accumulator?: 'int32' }> {
  return (random, index) => {
    const { attributes, input, weights, output, terms } = draw(random);
    const channels = output[3];
    const [inputQuant, outputQuant] = [drawQuant16(random, 1e-5, 0.1), drawQuant16(random, 1e-2, 10)];
    const kind = oneOf(random, kinds);
    const scales = drawScales(random, channels);
    const perChannel = random.below(2) === 0 && channels > 1;
    const x = int16Operand(random, input, inputQuant, index);
    const w = drawInt8(random, elementCount(weights), index);
    const bias = drawBiases(random, kind, channels);
    const limits = int16Limits(attributes.activation, outputQuant);
    // Zero points play no part but in the limits.
    const value = (list: readonly Term[], at: number): number => {
      const channel = at % channels;
      let sum = BigInt(bias?.data[channel] ?? 0);
      for (const [from, weight] of list) sum += BigInt(Number(x.data[from]) * w[weight]);
      const real = (inputQuant.scale * scales[perChannel ? channel : 0]) / outputQuant.scale;
      return clamped(scaledBy(accumulatorOf(kind), sum, multiplierOf(real)), limits);
    };
    const weightQuant = perChannel ? perAxis(axis, scales) : perTensor(scales[0], 0);
    return {
      attributes: { ...attributes, ...accumulatorOption(kind) },
      operands: [
        x,
        constant({ dtype: 'int8', shape: weights, quant: weightQuant }, w),
        ...(bias === undefined ? [] : [bias]),
      ],
      output: int16Type(output, outputQuant),
      expected: terms.map(value),
    };
  };
}

const batchMatmul: Draw<AttributesOf<'batch_matmul'>> = (random, index) => {
  const batches = oneOf(random, [
    { a: [], b: [], output: [] },
    { a: [2, 1], b: [3], output: [2, 3] },
    { a: [2, 3], b: [2, 3], output: [2, 3] },
    { a: [1], b: [4], output: [4] },
  ]);
  const [rows, columns] = [1 + random.below(4), 1 + random.below(4)];
  const depth = oneOf(random, [1, 1 + random.below(20), 300]);
  const [adjX, adjY] = [random.below(2) === 0, random.below(2) === 0];
  const symmetric = (low: number, high: number): PerTensorQuant =>
    perTensor(logUniform(random, low, high), 0);
  const [quantA, quantB, quant] = [symmetric(1e-4, 0.1), symmetric(1e-4, 0.1), symmetric(1e-3, 10)];
  const shapeA = [...batches.a, ...(adjX ? [depth, rows] : [rows, depth])];
  const shapeB = [...batches.b, ...(adjY ? [columns, depth] : [depth, columns])];
  const x = int16Operand(random, shapeA, quantA, index);
  const y = int16Operand(random, shapeB, quantB, index);
  const multiplier = multiplierOf(f(quantA.scale * quantB.scale) / quant.scale);
  const shape = [...batches.output, rows, columns];
  const expected = Array.from({ length: elementCount(shape) }, (_, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns) % rows];
    const batch = Math.floor(at / (columns * rows));
    const startA = elementFor(batch, batches.output, batches.a) * rows * depth;
    const startB = elementFor(batch, batches.output, batches.b) * columns * depth;
    let sum = 0n;
    for (let i = 0; i < depth; i++) {
      const left = x.data[startA + (adjX ? i * rows + row : row * depth + i)];
      const right = y.data[startB + (adjY ? column * depth + i : i * columns + column)];
      sum += BigInt(left) * BigInt(right);
    }
    return clamped(scaledWide(sum, multiplier), [-32768n, 32767n]);
  });
  return { attributes: { adjX, adjY }, operands: [x, y], output: int16Type(shape, quant), expected };
};

/** Without a bias TFLM computes no depthwise convolution. */
export const weightedInt16 = {
  batch_matmul: batchMatmul,
  conv_2d: convolution(drawConv, 0, ['int64', 'int64', 'int32', 'without64', 'without32']),
  depthwise_conv_2d: convolution(drawDepthwiseConv, 3, ['int64']),
  fully_connected: fullyConnected,
  transpose_conv: convolution(drawTransposeConv, 0, ['int64', 'int16', 'without64']),
};
