/** Random int8 cases of convolutions, pooling and reductions, computed in exact integers. */

import { type PerTensorQuant, perAxis, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type TensorType } from '../../src/core/tensor.ts';
import {
  constant,
  drawBias,
  drawQuant,
  drawWeights,
  int8Limits,
  int8Operand,
  int8Type,
  logUniform,
  type WeightDType,
} from './draw.ts';
import { clampInt8, multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import {
  type Convolution,
  drawConv,
  drawDepthwiseConv,
  drawPool,
  drawReduction,
  drawTransposeConv,
  type Gathering,
  type Term,
} from './windows.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;

interface ConvolutionTerms {
  /** For each element of the output. */
  readonly terms: readonly (readonly Term[])[];
  readonly x: ArrayLike<number | bigint>;
  readonly inputQuant: PerTensorQuant;
  readonly weights: ArrayLike<number | bigint>;
  readonly scaleOf: (channel: number) => number;
  /** One for each output channel. */
  readonly bias: ArrayLike<number | bigint> | undefined;
  readonly outputQuant: PerTensorQuant;
  readonly limits: readonly [bigint, bigint];
}

/** `channels` are along the last axis of the output. */
export function exactConvolution(convolution: ConvolutionTerms, channels: number): number[] {
  const { terms, x, inputQuant, weights, scaleOf, bias, outputQuant, limits } = convolution;
  return terms.map((list, at) => {
    const channel = at % channels;
    let sum = BigInt(bias?.[channel] ?? 0);
    for (const [from, weight] of list)
      sum += BigInt((Number(x[from]) - inputQuant.zeroPoint) * Number(weights[weight]));
    const real = (inputQuant.scale * scaleOf(channel)) / outputQuant.scale;
    return clampInt8(scaled(sum, multiplierOf(real)) + BigInt(outputQuant.zeroPoint), ...limits);
  });
}

/** Output channels are along the last axis of the output, and along `axis` of the weights. */
function convolution<Attributes>(
  draw: (random: Random) => Convolution<Attributes>,
  axis: number,
  dtype: WeightDType = 'int8',
): Draw<Convolution<Attributes>['attributes']> {
  return (random, index) => {
    const { attributes, input, weights, output, terms } = draw(random);
    const channels = output[3];
    const [inputQuant, outputQuant] = [drawQuant(random), drawQuant(random, 1e-3, 10)];
    const perChannel = random.below(2) === 0 && channels > 1;
    const scales = Array.from({ length: channels }, () => logUniform(random, 1e-5, 100));
    const weightQuant = perChannel ? perAxis(axis, scales) : perTensor(scales[0], 0);
    const x = int8Operand(random, input, inputQuant, index);
    const w = drawWeights(random, elementCount(weights), index, dtype);
    // Without a bias TFLM computes no depthwise convolution.
    const bias =
      axis === 0 && index % 3 === 0
        ? undefined
        : Int32Array.from({ length: channels }, () => drawBias(random));
    const expected = exactConvolution(
      {
        terms,
        x: x.data,
        inputQuant,
        weights: w,
        scaleOf: (channel) => scales[perChannel ? channel : 0],
        bias,
        outputQuant,
        limits: int8Limits(attributes.activation, outputQuant),
      },
      channels,
    );
    const biasType: TensorType = { dtype: 'int32', shape: [channels] };
    return {
      attributes,
      operands: [
        x,
        constant({ dtype, shape: weights, quant: weightQuant }, w),
        ...(bias === undefined ? [] : [constant(biasType, bias)]),
      ],
      output: int8Type(output, outputQuant),
      expected,
    };
  };
}

export type Gather = (values: readonly bigint[], input: PerTensorQuant, output: PerTensorQuant) => bigint;

/** `rescales` where the output has parameters of its own. */
function gathering<Attributes>(
  draw: (random: Random) => Gathering<Attributes>,
  rescales: boolean,
  gather: Gather,
): Draw<Attributes> {
  return (random, index) => {
    const { attributes, input, output, members } = draw(random);
    const inputQuant = drawQuant(random);
    const outputQuant = rescales ? drawQuant(random, 1e-4, 1e4) : inputQuant;
    const x = int8Operand(random, input, inputQuant, index);
    const { activation = 'none' } = attributes as { activation?: 'none' };
    const [low, top] = int8Limits(activation, outputQuant);
    const expected = members.map((list) => {
      const values = list.map((from) => BigInt(Number(x.data[from])));
      return clampInt8(gather(values, inputQuant, outputQuant), low, top);
    });
    return { attributes, operands: [x], output: int8Type(output, outputQuant), expected };
  };
}

const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);
export const largest: Gather = (values) => values.reduce((most, value) => (value > most ? value : most));
const smallest: Gather = (values) => values.reduce((least, value) => (value < least ? value : least));

/** The nearest integer, the one farther from zero if there are two. */
export const average: Gather = (values) => {
  const sum = total(values);
  const count = BigInt(values.length);
  const rounded = (2n * (sum < 0n ? -sum : sum) + count) / (2n * count);
  return sum < 0n ? -rounded : rounded;
};

export const exactTotal: Gather = (values, input, output) => {
  const centered = total(values) - BigInt(values.length * input.zeroPoint);
  return scaled(centered, multiplierOf(input.scale / output.scale)) + BigInt(output.zeroPoint);
};

/** The mantissa is divided by the count after as many bits as the count has, or as the shift allows, were put behind it. */
export const exactMean: Gather = (values, input, output) => {
  const { mantissa, shift } = multiplierOf(input.scale / output.scale);
  const bits = Math.min(values.length.toString(2).length - 1, 31 + shift);
  const divided = { mantissa: (mantissa << BigInt(bits)) / BigInt(values.length), shift: shift - bits };
  const centered = total(values) - BigInt(values.length * input.zeroPoint);
  return scaled(centered, divided) + BigInt(output.zeroPoint);
};

export const int8WindowCases = {
  average_pool_2d: gathering(drawPool, false, average),
  conv_2d: convolution(drawConv, 0),
  depthwise_conv_2d: convolution(drawDepthwiseConv, 3),
  max_pool_2d: gathering(drawPool, false, largest),
  mean: gathering(drawReduction, true, exactMean),
  reduce_max: gathering(drawReduction, false, largest),
  reduce_min: gathering(drawReduction, false, smallest),
  sum: gathering(drawReduction, true, exactTotal),
  transpose_conv: convolution(drawTransposeConv, 0),
};

/** int4 weights, as far as windows go. */
export const int4WindowCases = {
  conv_2d: convolution(drawConv, 0, 'int4'),
  depthwise_conv_2d: convolution(drawDepthwiseConv, 3, 'int4'),
};
