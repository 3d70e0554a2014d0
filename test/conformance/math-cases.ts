/** Functions of single numbers: int8 exactly, float32 in double precision. */

import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount } from '../../src/core/tensor.ts';
import { drawFloats, drawQuant, drawShape, int8Type, logUniform, oneOf } from './draw.ts';
import { clampInt8, inverseRoot, multiplierOf, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';

type None = Record<string, never>;

const f = Math.fround;
const ALL_INT8 = Int8Array.from({ length: 256 }, (_, index) => index - 128);

/** Every int8 value through one pair of parameters. */
function everyValue(
  draw: (random: Random) => readonly [PerTensorQuant, PerTensorQuant],
  value: (x: number, input: PerTensorQuant, output: PerTensorQuant) => bigint,
): (random: Random) => Case<None> {
  return (random) => {
    const [input, output] = draw(random);
    return {
      attributes: {},
      operands: [{ type: int8Type([4, 64], input), data: ALL_INT8 }],
      output: int8Type([4, 64], output),
      expected: Array.from(ALL_INT8, (x) => clampInt8(value(x, input, output) + BigInt(output.zeroPoint))),
    };
  };
}

/** Half of them in one scale, which TFLM does not multiply by. */
function drawAbs(random: Random): readonly [PerTensorQuant, PerTensorQuant] {
  const [input, output] = [drawQuant(random), drawQuant(random)];
  return [input, oneOf(random, [output, perTensor(input.scale, output.zeroPoint)])];
}

/** Without negative numbers, and output scales around those of 1 / √x. */
function drawRsqrt(random: Random): readonly [PerTensorQuant, PerTensorQuant] {
  const input = perTensor(logUniform(random, 1e-6, 100), -128);
  const scale = logUniform(random, 1e-4, 10) / (255 * Math.sqrt(input.scale));
  return [input, perTensor(scale, drawQuant(random).zeroPoint)];
}

function rsqrt(x: number, input: PerTensorQuant, output: PerTensorQuant): bigint {
  const value = BigInt(x - input.zeroPoint);
  if (value === 0n) return 1000n;
  const root = inverseRoot(value);
  const fine = scaled(1n, { ...root, shift: root.shift + 20 });
  const multiplier = multiplierOf(1 / f(f(Math.sqrt(input.scale)) * output.scale));
  return scaled(fine, { ...multiplier, shift: multiplier.shift - 20 });
}

/** `domain` makes an argument of a normal number of one of several sizes. */
function real(
  compute: (x: number) => number,
  domain: (x: number) => number = (x) => x,
): (random: Random) => FloatCase<None> {
  return (random) => {
    const shape = drawShape(random);
    const data = drawFloats(random, elementCount(shape), oneOf(random, [0.01, 1, 20])).map(domain);
    return {
      attributes: {},
      operands: [{ type: { dtype: 'float32', shape }, data }],
      output: { dtype: 'float32', shape },
      expected: Array.from(data, compute),
    };
  };
}

const positive = (x: number): number => Math.abs(x) + 1e-6;
/** Halves are frequent. */
const halves = (x: number): number => Math.round(x * 2) / 2;

/** Halves to the even neighbour. */
function roundToEven(x: number): number {
  const [down, up] = [Math.floor(x), Math.ceil(x)];
  if (x - down !== up - x) return x - down < up - x ? down : up;
  return down % 2 === 0 ? down : up;
}

export const mathInt8 = {
  abs: everyValue(drawAbs, (x, input, output) => {
    const size = BigInt(Math.abs(x - input.zeroPoint));
    return input.scale === output.scale ? size : scaled(size, multiplierOf(f(input.scale / output.scale)));
  }),
  rsqrt: everyValue(drawRsqrt, rsqrt),
} as const;

export const mathFloat = {
  abs: real((x) => (x < 0 ? -x : x)),
  ceil: real((x) => -Math.floor(-x)),
  cos: real((x) => Math.sin(x + Math.PI / 2), halves),
  exp: real((x) => Math.E ** x),
  floor: real((x) => -Math.ceil(-x)),
  log: real((x) => Math.log2(x) * Math.LN2, positive),
  neg: real((x) => 0 - x),
  round: real(roundToEven, halves),
  rsqrt: real((x) => x ** -0.5, positive),
  sin: real((x) => Math.sin(x)),
  sqrt: real((x) => x ** 0.5, positive),
  square: real((x) => x ** 2),
} as const;
