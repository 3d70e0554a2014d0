/** Random float cases of convolutions, pooling and reductions, computed in double precision. */

import type { Random } from '../../src/core/random.ts';
import { floatLimits, floatOperand } from './draw.ts';
import type { FloatCase } from './float-cases.ts';
import {
  type Convolution,
  drawConv,
  drawDepthwiseConv,
  drawPool,
  drawReduction,
  drawTransposeConv,
  type Gathering,
} from './windows.ts';

type Draw<Attributes> = (random: Random, index: number) => FloatCase<Attributes>;

const add = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);

function clamp(x: number, activation: Parameters<typeof floatLimits>[0]): number {
  const [low, top] = floatLimits(activation);
  return Math.max(low, Math.min(top, x));
}

function convolution<Attributes>(
  draw: (random: Random) => Convolution<Attributes>,
): Draw<Convolution<Attributes>['attributes']> {
  return (random) => {
    const { attributes, input, weights, output, terms } = draw(random);
    const x = floatOperand(random, input);
    const w = floatOperand(random, weights);
    const bias = floatOperand(random, [output[3]]);
    const lists = terms.map((list, at) => [
      ...list.map(([from, weight]) => Number(x.data[from]) * Number(w.data[weight])),
      Number(bias.data[at % output[3]]),
    ]);
    return {
      attributes,
      operands: [x, w, bias],
      output: { dtype: 'float32', shape: output },
      expected: lists.map((list) => clamp(add(list), attributes.activation)),
      termSizes: lists.map((list) => add(list.map(Math.abs))),
    };
  };
}

function gathering<Attributes>(
  draw: (random: Random) => Gathering<Attributes>,
  gather: (values: readonly number[]) => number,
): Draw<Attributes> {
  return (random) => {
    const { attributes, input, output, members } = draw(random);
    const { activation = 'none' } = attributes as { activation?: 'none' };
    const x = floatOperand(random, input);
    const lists = members.map((list) => list.map((from) => Number(x.data[from])));
    return {
      attributes,
      operands: [x],
      output: { dtype: 'float32', shape: output },
      expected: lists.map((list) => clamp(gather(list), activation)),
      termSizes: lists.map((list) => gather(list.map(Math.abs))),
    };
  };
}

const average = (values: readonly number[]): number => add(values) / values.length;

export const floatWindowCases = {
  average_pool_2d: gathering(drawPool, average),
  conv_2d: convolution(drawConv),
  depthwise_conv_2d: convolution(drawDepthwiseConv),
  l2_pool_2d: gathering(drawPool, (values) => Math.sqrt(average(values.map((value) => value ** 2)))),
  max_pool_2d: gathering(drawPool, (values) => Math.max(...values)),
  mean: gathering(drawReduction, average),
  reduce_max: gathering(drawReduction, (values) => Math.max(...values)),
  reduce_min: gathering(drawReduction, (values) => Math.min(...values)),
  sum: gathering(drawReduction, add),
  transpose_conv: convolution(drawTransposeConv),
};
