/** QUANTIZE and DEQUANTIZE of every pair of types that TensorFlow Lite Micro has, in exact integers. */

import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { allocate, type TensorData, type TensorType } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import { drawFloats, logUniform, oneOf } from './draw.ts';
import { multiplierOf, roundAway, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';

type Draw = (random: Random, index: number) => Case<AttributesOf<'quantize'>>;

/** What a type holds. */
const ENDS = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
} as const;

type Integer = keyof typeof ENDS;

/** As read in `EvalQuantizeReference`. */
const PAIRS: Readonly<Record<Integer, readonly Integer[]>> = {
  int8: ['int8', 'uint8', 'int16', 'int32'],
  uint8: ['int8'],
  int16: ['int8', 'int16', 'int32'],
  int32: ['int8', 'int16'],
};

function drawZeroPoint(random: Random, dtype: Integer): number {
  const [low, top] = ENDS[dtype];
  return dtype === 'int32' ? 0 : oneOf(random, [low, top, 0, low + random.below(top - low + 1)]);
}

/** Every value of a byte; of wider types both ends, what lies at them and around 0, and random ones. */
function drawValues(random: Random, dtype: Integer): TensorData {
  const [low, top] = ENDS[dtype];
  const span = top - low + 1;
  if (span === 256)
    return Object.assign(
      allocate(dtype, 256),
      Array.from({ length: 256 }, (_, i) => low + i),
    );
  const fixed = [0, 1, 2, 3, -1, -2, -3].flatMap((x) => [x, Math.max(low, low + x), Math.min(top, top - x)]);
  const small = Array.from({ length: 100 }, () => random.below(2001) - 1000);
  const any = Array.from({ length: 100 }, () => low + random.below(span));
  const values = [...fixed, ...small, ...any].filter((x) => x >= low && x <= top);
  return Object.assign(allocate(dtype, values.length), values);
}

function saturated(x: bigint, dtype: Integer): number {
  const [low, top] = ENDS[dtype].map(BigInt);
  return Number(x < low ? low : x > top ? top : x);
}

/** Scales of the widths of their types: what comes out is neither all 0 nor all saturated. */
function drawScales(random: Random, from: Integer, to: Integer): readonly [number, number] {
  const input = logUniform(random, 1e-4, 2);
  const widths = (ENDS[from][1] - ENDS[from][0]) / (ENDS[to][1] - ENDS[to][0]);
  return [input, oneOf(random, [input, input * widths, input * widths * logUniform(random, 1e-2, 1e2)])];
}

/** Integers to integers of every type that they become. */
export function quantizeFrom(from: Integer): Draw {
  return (random, index) => {
    const to = PAIRS[from][index % PAIRS[from].length];
    const [inputScale, outputScale] = drawScales(random, from, to);
    const input = perTensor(inputScale, drawZeroPoint(random, from));
    const shifted = input.zeroPoint + (to === 'uint8' ? 128 : -128);
    const isByte = ENDS[from][1] - ENDS[from][0] === 255 && ENDS[to][1] - ENDS[to][0] === 255;
    const output = perTensor(
      outputScale,
      isByte && from !== to ? oneOf(random, [shifted, drawZeroPoint(random, to)]) : drawZeroPoint(random, to),
    );
    const data = drawValues(random, from);
    const multiplier = multiplierOf(input.scale / output.scale);
    return {
      attributes: {},
      operands: [{ type: { dtype: from, shape: [data.length], quant: input }, data }],
      output: { dtype: to, shape: [data.length], quant: output },
      expected: Array.from<number | bigint, number>(data, (x) =>
        saturated(scaled(BigInt(x) - BigInt(input.zeroPoint), multiplier) + BigInt(output.zeroPoint), to),
      ),
    };
  };
}

function realType(length: number): TensorType {
  return { dtype: 'float32', shape: [length] };
}

/** float32 to integers: halves, values far outside, and what lies beside a half. */
export function quantizeFloatsTo(to: 'int8' | 'int16'): Draw {
  return (random) => {
    const scale = oneOf(random, [2 ** -4, 1, 2 ** 3, logUniform(random, 1e-6, 1e6)]);
    const zeroPoint = drawZeroPoint(random, to);
    const halves = Array.from({ length: 300 }, (_, index) => Math.fround((index - 150 + 0.5) * scale));
    const beside = halves.flatMap((x) => [Math.fround(x * (1 + 2 ** -22)), Math.fround(x * (1 - 2 ** -22))]);
    const far = [0, -0, 1e-45, -1e-45, 2e9 * scale, -2e9 * scale].map(Math.fround);
    const wide = [ENDS[to][1] * 2 * scale, ENDS[to][1] * scale];
    const drawn = wide.flatMap((size) => [...drawFloats(random, 50, size)]);
    const data = Float32Array.from([...halves, ...beside, ...far, ...drawn]);
    const quant: PerTensorQuant = perTensor(scale, zeroPoint);
    return {
      attributes: {},
      operands: [{ type: realType(data.length), data }],
      output: { dtype: to, shape: [data.length], quant },
      expected: Array.from(data, (x) =>
        saturated(roundAway(Math.fround(x / quant.scale)) + BigInt(zeroPoint), to),
      ),
    };
  };
}

/** Integers to real numbers. */
export function dequantizeFrom(from: 'int8' | 'int16' | 'uint8'): Draw {
  return (random) => {
    const quant = perTensor(logUniform(random, 1e-30, 1e30), drawZeroPoint(random, from));
    const data = drawValues(random, from);
    return {
      attributes: {},
      operands: [{ type: { dtype: from, shape: [data.length], quant }, data }],
      output: realType(data.length),
      expected: Array.from<number | bigint, number>(data, (x) =>
        Math.fround(quant.scale * (Number(x) - quant.zeroPoint)),
      ),
    };
  };
}
