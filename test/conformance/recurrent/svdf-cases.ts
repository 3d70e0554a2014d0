/** SVDF by its formula: a window of time that moves on by one, filters over the input, then over the window. */

import { perTensor } from '../../../src/core/quant-params.ts';
import type { Random } from '../../../src/core/random.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import type { AttributesOf } from '../../../src/ops/index.ts';
import type { Operand } from '../../ops/one-node.ts';
import {
  drawActivation,
  drawBias,
  drawInt8,
  drawQuant,
  floatLimits,
  floatOperand,
  int8Operand,
  int8Type,
  logUniform,
  oneOf,
} from '../draw.ts';
import { clampInt8, multiplierOf, scaled } from '../exact.ts';
import type { Case } from '../exact-int8.ts';
import type { FloatCase } from '../float-cases.ts';

const f = Math.fround;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Of `factor` times as many inputs. */
function drawExtents(random: Random, factor = 1) {
  const rank = 1 + random.below(3);
  const units = 1 + random.below(3);
  return {
    rank,
    units,
    filters: rank * units,
    batches: 1 + random.below(2),
    depth: factor * (1 + random.below(5)),
    memory: 1 + random.below(4),
  };
}

type Extents = ReturnType<typeof drawExtents>;

/**
 * What the window of each batch and filter is after the newest value has come in: the whole state moves on by one element,
 * over the ends of windows too.
 */
function windowOf<T>({ memory }: Extents, state: readonly T[], row: number, newest: T): T[] {
  return [...range(memory - 1).map((at) => state[row * memory + at + 1]), newest];
}

function drawState(random: Random, type: TensorType, length: number, index: number): Operand {
  const data = drawInt8(random, length, index);
  if (type.dtype === 'int8') return { type, data };
  return { type, data: Int16Array.from(data, (value) => 256 * value + random.below(256)) };
}

export function svdfInt8(random: Random, index: number, factor = 1): Case<AttributesOf<'svdf'>> {
  const extents = drawExtents(random, factor);
  const { rank, units, filters, batches, depth, memory } = extents;
  const isWide = random.below(2) === 0;
  const [input, output] = [drawQuant(random), drawQuant(random, 1e-3, 10)];
  const [featureScale, timeScale] = [logUniform(random, 1e-4, 1), logUniform(random, 1e-6, 1e-1)];
  const state = perTensor(logUniform(random, 1e-4, 1), isWide ? 0 : oneOf(random, [0, 0, 3, -128, 127]));
  const x = int8Operand(random, [batches, depth], input, index);
  const features = drawInt8(random, filters * depth, index);
  const dtype = isWide ? 'int16' : 'int8';
  const times = drawState(
    random,
    { dtype, shape: [filters, memory], quant: perTensor(timeScale, 0) },
    filters * memory,
    index,
  );
  const before = drawState(
    random,
    { dtype, shape: [batches, filters * memory], quant: state },
    batches * filters * memory,
    index,
  );
  const bias = Int32Array.from({ length: units }, () => drawBias(random));
  const bits = isWide ? 16 : 8;
  const [low, top] = [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
  const toState = multiplierOf(f(f(input.scale * featureScale) / state.scale));
  const toOutput = multiplierOf(f(f(state.scale * timeScale) / output.scale));

  const newest = (batch: number, filter: number): bigint => {
    let sum = 0n;
    for (let i = 0; i < depth; i++) {
      const centered = Number(x.data[batch * depth + i]) - input.zeroPoint;
      sum += BigInt(features[filter * depth + i] * centered);
    }
    const value = scaled(sum, toState);
    const limited = value < low ? low : value > top ? top : value;
    return BigInt.asIntN(bits, limited + BigInt(state.zeroPoint));
  };
  const old = Array.from(before.data, BigInt);
  const weights = Array.from(times.data, BigInt);
  const expected = range(batches * units).map((at) => {
    const [batch, unit] = [Math.floor(at / units), at % units];
    let sum = BigInt(bias[unit]);
    for (const filter of range(rank).map((i) => unit * rank + i)) {
      const window = windowOf(extents, old, batch * filters + filter, newest(batch, filter));
      for (const [j, value] of window.entries()) {
        sum += weights[filter * memory + j] * (value - BigInt(state.zeroPoint));
      }
    }
    return clampInt8(scaled(BigInt.asIntN(32, sum), toOutput) + BigInt(output.zeroPoint));
  });
  return {
    // It changes nothing in integers.
    attributes: { rank, activation: drawActivation(random) },
    operands: [
      x,
      { type: int8Type([filters, depth], perTensor(featureScale, 0)), data: features, constant: true },
      { ...times, constant: true },
      {
        type: { dtype: 'int32', shape: [units], quant: perTensor(f(state.scale * timeScale), 0) },
        data: bias,
        constant: true,
      },
      before,
    ],
    output: int8Type([batches, units], output),
    expected,
  };
}

export function svdfFloat(random: Random, index: number): FloatCase<AttributesOf<'svdf'>> {
  const extents = drawExtents(random);
  const { rank, units, filters, batches, depth, memory } = extents;
  const x = floatOperand(random, [batches, depth]);
  const features = floatOperand(random, [filters, depth]);
  const times = floatOperand(random, [filters, memory]);
  const bias = index % 3 === 0 ? undefined : floatOperand(random, [units]);
  const before = floatOperand(random, [batches, filters * memory]);
  const activation = drawActivation(random);
  const old = Array.from(before.data, Number);
  const terms = range(batches * units).map((at) => {
    const [batch, unit] = [Math.floor(at / units), at % units];
    const products = range(rank).flatMap((i) => {
      const filter = unit * rank + i;
      const seen = range(depth).map(
        (d) => Number(features.data[filter * depth + d]) * Number(x.data[batch * depth + d]),
      );
      const weight = (j: number): number => Number(times.data[filter * memory + j]);
      const window = windowOf(extents, old, batch * filters + filter, 0);
      return [
        ...seen.map((value) => value * weight(memory - 1)),
        ...range(memory - 1).map((j) => window[j] * weight(j)),
      ];
    });
    return [...products, Number(bias?.data[unit] ?? 0)];
  });
  const add = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const [low, top] = floatLimits(activation);
  return {
    attributes: { rank, activation },
    operands: [x, features, times, bias, before],
    output: { dtype: 'float32', shape: [batches, units] },
    expected: terms.map((values) => Math.max(low, Math.min(top, add(values)))),
    termSizes: terms.map((values) => add(values.map(Math.abs))),
  };
}
