/** Activations of one value, PRELU, MAXIMUM, MINIMUM, RESIZE_BILINEAR, ARG_MAX and ARG_MIN, each by its own formula. */

import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { Random } from '../../src/core/random.ts';
import { elementCount, type Shape } from '../../src/core/tensor.ts';
import type { AttributesOf } from '../../src/ops/index.ts';
import {
  drawBroadcast,
  drawFloats,
  drawQuant,
  drawShape,
  elementFor,
  floatOperand,
  int8Operand,
  int8Type,
  logUniform,
  oneOf,
} from './draw.ts';
import { clampInt8, multiplierOf, roundAway, scaled } from './exact.ts';
import type { Case } from './exact-int8.ts';
import type { FloatCase } from './float-cases.ts';

type Draw<Attributes> = (random: Random, index: number) => Case<Attributes>;
type DrawFloat<Attributes> = (random: Random, index: number) => FloatCase<Attributes>;

const f = Math.fround;
const ALL_INT8 = Int8Array.from({ length: 256 }, (_, index) => index - 128);

type Value = (value: number, input: PerTensorQuant, output: PerTensorQuant) => number;

/** Every int8 value through one pair of parameters. */
function everyValue<Attributes>(
  attributes: Attributes,
  quants: readonly [PerTensorQuant, PerTensorQuant],
  value: Value,
): Case<Attributes> {
  const [input, output] = quants;
  return {
    attributes,
    operands: [{ type: int8Type([4, 64], input), data: ALL_INT8 }],
    output: int8Type([4, 64], output),
    expected: Array.from(ALL_INT8, (x) => value(x, input, output)),
  };
}

const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** x / 2^bits, half away from zero. */
function halved(x: bigint, bits: number): bigint {
  const magnitude = bits === 0 ? absolute(x) : (absolute(x) + (1n << BigInt(bits - 1))) >> BigInt(bits);
  return x < 0n ? -magnitude : magnitude;
}

const leakyReluInt8: Draw<AttributesOf<'leaky_relu'>> = (random) => {
  const alpha = f(oneOf(random, [0.3, 0.2, 0, 1.5, -0.5, random.normal()]));
  return everyValue({ alpha }, [drawQuant(random), drawQuant(random)], (x, input, output) => {
    const centered = BigInt(x - input.zeroPoint);
    const slope = f(f(input.scale * alpha) / output.scale);
    const positive = scaled(centered, multiplierOf(f(input.scale / output.scale)));
    const negative = scaled(centered, multiplierOf(Math.abs(slope)));
    const result = centered >= 0n ? positive : slope < 0 ? -negative : negative;
    return clampInt8(result + BigInt(output.zeroPoint));
  });
};

const eluInt8: Draw<AttributesOf<'elu'>> = (random) =>
  everyValue({}, [drawQuant(random), drawQuant(random)], (x, input, output) => {
    const real = f(input.scale * (x - input.zeroPoint));
    const activated = real >= 0 ? real : f(f(Math.exp(real)) - 1);
    return clampInt8(roundAway(f(activated * f(1 / output.scale))) + BigInt(output.zeroPoint));
  });

const LIMIT = 32767n;
const saturate16 = (x: bigint): bigint => (x > LIMIT ? LIMIT : x < -LIMIT - 1n ? -LIMIT - 1n : x);

/** a · b / 2^15, half away from zero but exact halves below zero up, as gemmlowp nudges. */
function high16(a: bigint, b: bigint): bigint {
  const product = a * b;
  return saturate16((product + (product >= 0n ? 1n << 14n : 1n - (1n << 14n))) / (1n << 15n));
}

function mantissa16(mantissa: bigint): bigint {
  const rounded = (mantissa + (1n << 15n)) >> 16n;
  return rounded > LIMIT ? LIMIT : rounded;
}

/** Input scales from where nothing saturates to where all does; at most 128 output scales. */
const hardSwishInt8: Draw<AttributesOf<'hard_swish'>> = (random) => {
  const input = drawQuant(random, 1e-3, 3);
  const output = perTensor(input.scale * logUniform(random, 0.01, 100), drawQuant(random).zeroPoint);
  return everyValue({}, [input, output], (x) => {
    const fine = BigInt(x - input.zeroPoint) << 7n;
    const fineScale = f(input.scale / 128);
    const onOutput = multiplierOf(f(fineScale / output.scale));
    const onThree = multiplierOf(f(fineScale / f(3 / 32768)));
    const { shift } = onThree;
    let share = shift > 0 ? saturate16(fine << BigInt(shift - 1)) : fine;
    share = high16(share, mantissa16(onThree.mantissa));
    share = shift > 0 ? saturate16(share * 2n) : halved(share, -shift);
    share = (share + (1n << 15n)) >> 1n;
    const product = saturate16((share * high16(fine, mantissa16(onOutput.mantissa))) / (1n << 15n));
    return clampInt8(halved(product, -onOutput.shift) + BigInt(output.zeroPoint));
  });
};

/** The shapes of `drawBroadcast`, of at most four axes. */
function drawFourAxes(random: Random): ReturnType<typeof drawBroadcast> {
  for (;;) {
    const shapes = drawBroadcast(random);
    if (shapes.output.length <= 4) return shapes;
  }
}

const preluInt8: Draw<AttributesOf<'prelu'>> = (random, index) => {
  const shape = drawFourAxes(random);
  const [input, slope, output] = [drawQuant(random), drawQuant(random), drawQuant(random)];
  const x = int8Operand(random, shape.a, input, index);
  const alpha = int8Operand(random, shape.b, slope, index);
  const expected = Array.from({ length: elementCount(shape.output) }, (_, at) => {
    const value = BigInt(Number(x.data[elementFor(at, shape.output, shape.a)]) - input.zeroPoint);
    const factor = BigInt(Number(alpha.data[elementFor(at, shape.output, shape.b)]) - slope.zeroPoint);
    const result =
      value >= 0n
        ? scaled(value, multiplierOf(input.scale / output.scale))
        : scaled(value * factor, multiplierOf((input.scale * slope.scale) / output.scale));
    return clampInt8(result + BigInt(output.zeroPoint));
  });
  return { attributes: {}, operands: [x, alpha], output: int8Type(shape.output, output), expected };
};

/** Raw values, whatever the scales. */
function extremumInt8(pick: (...values: number[]) => number): Draw<AttributesOf<'maximum'>> {
  return (random, index) => {
    const shape = drawBroadcast(random);
    const a = int8Operand(random, shape.a, drawQuant(random), index);
    const b = int8Operand(random, shape.b, drawQuant(random), index);
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) =>
      pick(
        Number(a.data[elementFor(at, shape.output, shape.a)]),
        Number(b.data[elementFor(at, shape.output, shape.b)]),
      ),
    );
    return { attributes: {}, operands: [a, b], output: int8Type(shape.output, drawQuant(random)), expected };
  };
}

type Pick = (...values: number[]) => number;

function argExtremum(pick: Pick, shape: Shape, axis: number, data: ArrayLike<number | bigint>): number[] {
  const output = shape.toSpliced(axis, 1);
  const stride = elementCount(shape.slice(axis + 1));
  return Array.from({ length: elementCount(output) }, (_, at) => {
    const start = Math.floor(at / stride) * stride * shape[axis] + (at % stride);
    const values = Array.from({ length: shape[axis] }, (_, i) => Number(data[start + i * stride]));
    return values.indexOf(pick(...values));
  });
}

function drawAxis(random: Random): { shape: number[]; axis: number; given: number } {
  const shape = drawShape(random);
  const axis = random.below(shape.length);
  return { shape, axis, given: oneOf(random, [axis, axis - shape.length]) };
}

const argInt8 =
  (pick: Pick): Draw<AttributesOf<'arg_max'>> =>
  (random, index) => {
    const { shape, axis, given } = drawAxis(random);
    const x = int8Operand(random, shape, drawQuant(random), index);
    const output = { dtype: 'int32', shape: shape.toSpliced(axis, 1) } as const;
    return {
      attributes: { axis: given },
      operands: [x],
      output,
      expected: argExtremum(pick, shape, axis, x.data),
    };
  };

interface Images {
  readonly shape: readonly [number, number, number, number];
  readonly resize: AttributesOf<'resize_bilinear'>;
  readonly output: readonly [number, number, number, number];
}

function drawImages(random: Random): Images {
  const edge = (): number => 1 + random.below(5);
  const shape = [1 + random.below(2), edge(), edge(), 1 + random.below(3)] as const;
  const size = [1 + random.below(9), 1 + random.below(9)] as const;
  const alignCorners = random.below(2) === 0;
  const halfPixelCenters = !alignCorners && random.below(2) === 0;
  return {
    shape,
    resize: { size, alignCorners, halfPixelCenters },
    output: [shape[0], ...size, shape[3]],
  };
}

/** The four neighbours of every output element with their weights; a place lies `weight` above its lower neighbour. */
function neighbours<T>(
  { shape, output }: Images,
  placeOf: (axis: 1 | 2, at: number) => readonly [lower: number, upper: number, weight: T],
): (readonly [at: number, down: readonly [0 | 1, T], across: readonly [0 | 1, T]])[][] {
  const [, height, width, channels] = shape;
  return Array.from({ length: elementCount(output) }, (_, flat) => {
    const pixel = Math.floor(flat / channels);
    const [y, x] = [Math.floor(pixel / output[2]) % output[1], pixel % output[2]];
    const batch = Math.floor(pixel / output[2] / output[1]);
    const [top, bottom, down] = placeOf(1, y);
    const [left, right, across] = placeOf(2, x);
    const at = (row: number, column: number): number =>
      ((batch * height + row) * width + column) * channels + (flat % channels);
    return [
      [at(top, left), [0, down], [0, across]],
      [at(top, right), [0, down], [1, across]],
      [at(bottom, left), [1, down], [0, across]],
      [at(bottom, right), [1, down], [1, across]],
    ];
  });
}

const resizeBilinearInt8: Draw<AttributesOf<'resize_bilinear'>> = (random, index) => {
  const images = drawImages(random);
  const quant = drawQuant(random);
  const x = int8Operand(random, images.shape, quant, index);
  const { alignCorners, halfPixelCenters } = images.resize;
  const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
  const corners = neighbours<bigint>(images, (axis, at) => {
    const [from, to] = [BigInt(images.shape[axis]), BigInt(images.output[axis])];
    const aligned = alignCorners && to > 1n ? 1n : 0n;
    const scale = (1024n * (from - aligned) + (to - aligned) / 2n) / (to - aligned);
    const place = BigInt(at) * scale + (halfPixelCenters ? scale / 2n - 512n : 0n);
    const lower = place < 0n ? 0n : place / 1024n;
    const upper = least((place + 1023n) / 1024n, from - 1n);
    return [Number(lower), Number(upper), place - 1024n * lower];
  });
  const share = ([high, weight]: readonly [0 | 1, bigint]): bigint => (high === 1 ? weight : 1024n - weight);
  const expected = corners.map((four) =>
    clampInt8(
      halved(
        four.reduce((sum, [at, down, across]) => sum + BigInt(x.data[at]) * share(down) * share(across), 0n),
        20,
      ),
    ),
  );
  return { attributes: images.resize, operands: [x], output: int8Type(images.output, quant), expected };
};

const resizeBilinearFloat: DrawFloat<AttributesOf<'resize_bilinear'>> = (random) => {
  const images = drawImages(random);
  const x = floatOperand(random, images.shape);
  const { alignCorners, halfPixelCenters } = images.resize;
  const corners = neighbours<number>(images, (axis, at) => {
    const [from, to] = [images.shape[axis], images.output[axis]];
    const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
    const place = halfPixelCenters ? (at + 0.5) * scale - 0.5 : at * scale;
    // Rounding puts a place that is whole on either side of it, which changes nothing.
    const lower = Math.max(0, Math.min(from - 1, Math.floor(place)));
    return [lower, Math.min(Math.ceil(place), from - 1), place - lower];
  });
  const share = ([high, weight]: readonly [0 | 1, number]): number => (high === 1 ? weight : 1 - weight);
  const terms = corners.map((four) =>
    four.map(([at, down, across]) => Number(x.data[at]) * share(down) * share(across)),
  );
  return {
    attributes: images.resize,
    operands: [x],
    output: { dtype: 'float32', shape: images.output },
    expected: terms.map((four) => four.reduce((sum, term) => sum + term, 0)),
    termSizes: corners.map((four) => four.reduce((sum, [at]) => sum + Math.abs(Number(x.data[at])), 0)),
  };
};

function unaryFloat<Attributes>(
  attributesOf: (random: Random) => Attributes,
  compute: (x: number, attributes: Attributes) => number,
): DrawFloat<Attributes> {
  return (random) => {
    const shape = drawShape(random);
    const attributes = attributesOf(random);
    const data = drawFloats(random, elementCount(shape), oneOf(random, [0.01, 1, 20]));
    return {
      attributes,
      operands: [{ type: { dtype: 'float32', shape }, data }],
      output: { dtype: 'float32', shape },
      expected: Array.from(data, (x) => compute(x, attributes)),
    };
  };
}

function pairFloat(
  shapesOf: (random: Random) => ReturnType<typeof drawBroadcast>,
  combine: (a: number, b: number) => number,
): DrawFloat<AttributesOf<'maximum'>> {
  return (random) => {
    const shape = shapesOf(random);
    const [a, b] = [floatOperand(random, shape.a), floatOperand(random, shape.b)];
    const expected = Array.from({ length: elementCount(shape.output) }, (_, at) =>
      combine(
        Number(a.data[elementFor(at, shape.output, shape.a)]),
        Number(b.data[elementFor(at, shape.output, shape.b)]),
      ),
    );
    return { attributes: {}, operands: [a, b], output: { dtype: 'float32', shape: shape.output }, expected };
  };
}

const argFloat =
  (pick: Pick): DrawFloat<AttributesOf<'arg_max'>> =>
  (random) => {
    const { shape, axis, given } = drawAxis(random);
    const x = floatOperand(random, shape);
    const output = { dtype: 'int32', shape: shape.toSpliced(axis, 1) } as const;
    return {
      attributes: { axis: given },
      operands: [x],
      output,
      expected: argExtremum(pick, shape, axis, x.data),
    };
  };

export const elementwiseInt8 = {
  arg_max: argInt8(Math.max),
  arg_min: argInt8(Math.min),
  elu: eluInt8,
  hard_swish: hardSwishInt8,
  leaky_relu: leakyReluInt8,
  maximum: extremumInt8(Math.max),
  minimum: extremumInt8(Math.min),
  prelu: preluInt8,
  resize_bilinear: resizeBilinearInt8,
} as const;

export const elementwiseFloat = {
  arg_max: argFloat(Math.max),
  arg_min: argFloat(Math.min),
  elu: unaryFloat(
    () => ({}),
    (x) => (x < 0 ? Math.expm1(x) : x),
  ),
  hard_swish: unaryFloat(
    () => ({}),
    (x) => (x <= -3 ? 0 : x >= 3 ? x : (x * (x + 3)) / 6),
  ),
  leaky_relu: unaryFloat(
    (random) => ({ alpha: f(oneOf(random, [0.3, 0, -1, 2])) }),
    (x, { alpha }) => (x < 0 ? alpha * x : x),
  ),
  maximum: pairFloat(drawBroadcast, Math.max),
  minimum: pairFloat(drawBroadcast, Math.min),
  prelu: pairFloat(drawFourAxes, (x, slope) => (x < 0 ? slope * x : x)),
  resize_bilinear: resizeBilinearFloat,
} as const;
