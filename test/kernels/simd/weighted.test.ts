import { describe, expect, it } from 'vitest';
import { INT32_MAX, INT32_MIN } from '../../../src/core/fixed-point.ts';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount, type Shape, type TensorData, type TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { OpKind } from '../../../src/ops/index.ts';
import { drawActivation, drawBias, drawInt8, drawInt16, drawQuant, oneOf } from '../../conformance/draw.ts';
import { oneNode } from '../../ops/one-node.ts';
import { expectAlike, type OneCase, planOf } from './run-both.ts';

const CASES = 150;

/** What is special about the numbers of a case. */
interface Numbers {
  readonly input: TensorType;
  readonly weights: TensorType;
  readonly weightData: TensorData;
  readonly bias?: Int32Array | Float32Array | BigInt64Array;
  readonly output: Omit<TensorType, 'shape'>;
  readonly records: readonly TensorData[];
}

/** Shifts in both directions and none at all, some as far as they go; powers of two make ties. */
function drawScales(random: Random, channels: number): Float32Array {
  const spread = oneOf(random, [0, 4, 30]);
  const middle = oneOf(random, [-6, -6, 0, -24]);
  const ties = random.below(3) === 0;
  return Float32Array.from({ length: channels }, () =>
    ties
      ? 2 ** (random.below(8) - 7)
      : Math.min(2 ** 29, 2 ** (middle + spread * (random.uniform() - 0.5)) * (1 + random.uniform())),
  );
}

function drawBiases(random: Random, channels: number): Int32Array | undefined {
  if (random.below(4) === 0) return undefined;
  return Int32Array.from({ length: channels }, () =>
    oneOf(random, [drawBias(random), (random.uint32() | 0) >> 20, INT32_MAX, INT32_MIN]),
  );
}

function int8Numbers(random: Random, input: Shape, weights: Shape, axis: number, index: number): Numbers {
  const channels = weights[axis];
  const unit = { ...drawQuant(random), scale: 1 };
  const bias = drawBiases(random, channels);
  return {
    input: { dtype: 'int8', shape: input, quant: { ...drawQuant(random), scale: 1 } },
    weights: { dtype: 'int8', shape: weights, quant: perAxis(axis, drawScales(random, channels)) },
    weightData: drawInt8(random, elementCount(weights), index),
    ...(bias === undefined ? {} : { bias }),
    output: { dtype: 'int8', quant: unit },
    records: [0, 1, 2, 3].map((record) => drawInt8(random, elementCount(input), record)),
  };
}

/** As large as leaves room for the products, and what carries a sum past 53 bits of a product. */
function drawWideBiases(random: Random, channels: number): BigInt64Array {
  return BigInt64Array.from({ length: channels }, () =>
    oneOf(random, [
      0n,
      BigInt(random.uint32() | 0),
      (BigInt(random.uint32() | 0) << 14n) + 1n,
      1n << 46n,
      -(1n << 46n),
    ]),
  );
}

/** Biases of int64, or where an operator takes them of int32. */
function int16Numbers(random: Random, input: Shape, weights: Shape, axis: number, index: number): Numbers {
  const channels = weights[axis];
  const isNarrow = axis === 0 && random.below(3) === 0;
  const wide = random.below(6) === 0 ? undefined : drawWideBiases(random, channels);
  const bias = isNarrow ? drawBiases(random, channels) : wide;
  const scales = drawScales(random, channels).map((scale) => Math.min(scale, isNarrow ? scale : 127));
  const zeroPoint = oneOf(random, [0, 0, -32768, 32767, random.below(65536) - 32768]);
  const quant = { scheme: 'per-tensor', scale: 1, zeroPoint } as const;
  return {
    input: { dtype: 'int16', shape: input, quant },
    weights: { dtype: 'int8', shape: weights, quant: perAxis(axis, scales) },
    weightData: drawInt8(random, elementCount(weights), index),
    ...(bias === undefined ? {} : { bias }),
    output: { dtype: 'int16', quant },
    records: [0, 1, 2, 3].map((record) => drawInt16(random, elementCount(input), record)),
  };
}

/** Among them both zeros; with `wild` infinities and NaN. */
function drawReals(random: Random, length: number, wild: boolean): Float32Array {
  return Float32Array.from({ length }, () =>
    oneOf(random, [random.normal(), 1e3 * random.normal(), random.normal(), 0, -0, wild ? Infinity : 1]),
  );
}

function floatNumbers(random: Random, input: Shape, weights: Shape, axis: number, index: number): Numbers {
  const wild = index % 10 === 9;
  return {
    input: { dtype: 'float32', shape: input },
    weights: { dtype: 'float32', shape: weights },
    weightData: drawReals(random, elementCount(weights), false),
    ...(random.below(4) === 0 ? {} : { bias: drawReals(random, weights[axis], false) }),
    output: { dtype: 'float32' },
    records: [0, 1].map(() => drawReals(random, elementCount(input), wild)),
  };
}

const NUMBERS = { int8: int8Numbers, int16: int16Numbers, float32: floatNumbers } as const;

type Drawn = { readonly one: OneCase<OpKind>; readonly records: readonly TensorData[] };
type Draw = (random: Random, numbers: typeof int8Numbers, index: number) => Drawn;

function drawSliding(random: Random, image: readonly number[]) {
  const pair = (limit: number): [number, number] => [1 + random.below(limit), 1 + random.below(limit)];
  const [filter, strides] = [pair(oneOf(random, [1, 3, 5])), pair(3)];
  const dilations = oneOf(random, [[1, 1] as [number, number], pair(3)]);
  const fits = [0, 1].every((axis) => (filter[axis] - 1) * dilations[axis] < image[axis]);
  const padding = fits && random.below(2) === 0 ? ('valid' as const) : ('same' as const);
  return { filter, sliding: { padding, strides, dilations, activation: drawActivation(random) } };
}

function drawImage(random: Random, depth: number): [number, number, number, number] {
  return [1 + random.below(2), 1 + random.below(9), 1 + random.below(9), depth];
}

const drawConv: Draw = (random, numbers, index) => {
  const image = drawImage(random, oneOf(random, [1, 2, 3, 8, 1 + random.below(20)]));
  const { filter, sliding } = drawSliding(random, image.slice(1));
  const { records, ...rest } = numbers(random, image, [1 + random.below(20), ...filter, image[3]], 0, index);
  return { one: { kind: 'conv_2d', attributes: sliding, ...rest }, records };
};

const drawDepthwise: Draw = (random, numbers, index) => {
  const image = drawImage(random, oneOf(random, [1, 8, 16, 1 + random.below(20)]));
  const depthMultiplier = oneOf(random, [1, 1, 2, 3, 8]);
  const { filter, sliding } = drawSliding(random, image.slice(1));
  const weights = [1, ...filter, image[3] * depthMultiplier];
  const { records, ...rest } = numbers(random, image, weights, 3, index);
  return {
    one: { kind: 'depthwise_conv_2d', attributes: { ...sliding, depthMultiplier }, ...rest },
    records,
  };
};

const drawFullyConnected: Draw = (random, numbers, index) => {
  const depth = oneOf(random, [1 + random.below(40), 640]);
  const weights = [1 + random.below(30), depth];
  const { records, ...rest } = numbers(random, [1 + random.below(9), depth], weights, 0, index);
  const attributes = { activation: drawActivation(random), keepNumDims: false };
  return { one: { kind: 'fully_connected', attributes, ...rest }, records };
};

const DRAWS = { conv_2d: drawConv, depthwise_conv_2d: drawDepthwise, fully_connected: drawFullyConnected };

describe.each(['int8', 'int16', 'float32'] as const)('SIMD kernels on %s', (dtype) => {
  it.each(Object.keys(DRAWS) as (keyof typeof DRAWS)[])('give the bytes of the plain ones: %s', (kind) => {
    const random = createRandom(1, `simd ${kind} ${dtype}`);
    for (let index = 0; index < CASES; index++) {
      const { one, records } = DRAWS[kind](random, NUMBERS[dtype], index);
      const { shape } = one.input;
      expectAlike(one, records, `case ${index} [${shape}] ${JSON.stringify(one.attributes)}`);
    }
  });

  it('work through images larger than what is computed at a time', () => {
    const random = createRandom(2, 'simd chunks');
    const image = [1, 37, 41, 24];
    const sliding = {
      padding: 'same',
      strides: [1, 1],
      dilations: [1, 1],
      activation: 'none',
    } as const;
    const { records, ...rest } = NUMBERS[dtype](random, image, [9, 3, 3, 24], 0, 2);
    expectAlike({ kind: 'conv_2d', attributes: sliding, ...rest }, records.slice(-1), 'large');
  });

  it('multiply pixels of many channels, in bands that end anywhere', () => {
    const random = createRandom(5, 'simd pixels');
    for (const [pixels, depth, channels] of [
      [97, 130, 33],
      [301, 7, 40],
      [5, 64, 16],
    ]) {
      const sliding = { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'relu' } as const;
      const image = [1, pixels, 3, depth];
      const { records, ...rest } = NUMBERS[dtype](random, image, [channels, 1, 1, depth], 0, 2);
      expectAlike({ kind: 'conv_2d', attributes: sliding, ...rest }, records.slice(-1), `[${image}]`);
    }
  });

  it('leave channels in groups to the plain kernel', () => {
    const random = createRandom(3, 'simd groups');
    const sliding = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'none' } as const;
    const { records, ...rest } = NUMBERS[dtype](random, [1, 4, 4, 6], [4, 3, 3, 3], 0, 2);
    expect(records.length).toBeGreaterThan(0);
    expect(planOf({ kind: 'conv_2d', attributes: sliding, ...rest })).toBeUndefined();
  });
});

/** Of both extremes and a little, in every order. */
function drawExtremes(random: Random, length: number): Int8Array {
  return Int8Array.from({ length }, () => oneOf(random, [-128, 127, -127, 0, 1, -1]));
}

describe('SIMD kernels on int8', () => {
  const quant = perTensor(1, -128);
  const requantized = { dtype: 'int8', quant: perTensor(2 ** 16, 3) } as const;

  it.each([1, 2, 3, 4, 15, 16, 17, 257, 640, 4097])('multiply one row of %s elements', (depth) => {
    const random = createRandom(7, `simd row ${depth}`);
    for (const channels of [1, 7, 8, 9, 16, 17, 24, 25, 40]) {
      const one = {
        kind: 'fully_connected',
        attributes: { activation: 'none', keepNumDims: false },
        input: { dtype: 'int8', shape: [1, depth], quant },
        weights: { dtype: 'int8', shape: [channels, depth], quant: perAxis(0, drawScales(random, channels)) },
        weightData: drawExtremes(random, channels * depth),
        output: requantized,
      } as const;
      const records = [-128, 127].map((value) => new Int8Array(depth).fill(value));
      expectAlike(one, [drawExtremes(random, depth), ...records], `${depth} to ${channels}`);
    }
  });

  it.each([
    { channels: 40, saturated: 40 },
    { channels: 43, saturated: 40 },
    { channels: 43, saturated: 16, left: 20 },
    { channels: 75, saturated: 48, left: 50 },
    { channels: 7, saturated: 0 },
    { channels: 32, saturated: 32, alike: true },
    { channels: 77, saturated: 72, alike: true },
    { channels: 75, saturated: 48, left: 50, alike: true },
  ])(
    'of $channels channels of a row saturate $saturated, with one that is shifted to the left at $left',
    ({ channels, saturated, left, alike = false }) => {
      const random = createRandom(9, `simd row ${channels} ${left} ${alike}`);
      const drawn = Array.from(
        { length: channels },
        () => 2 ** -(5 + random.below(4)) * (1 + random.uniform()),
      );
      const scales = Float32Array.from(drawn, (scale, channel) =>
        channel === left ? 3 : alike ? drawn[0] : scale,
      );
      for (const zeroPoint of [-128, 3]) {
        const one = {
          kind: 'fully_connected',
          attributes: { activation: 'none', keepNumDims: false },
          input: { dtype: 'int8', shape: [1, 130], quant },
          weights: { dtype: 'int8', shape: [channels, 130], quant: perAxis(0, scales) },
          weightData: drawInt8(random, channels * 130, 2),
          bias: Int32Array.from({ length: channels }, () => (random.uint32() | 0) >> 18),
          output: { dtype: 'int8', quant: perTensor(1, zeroPoint) },
        } as const;
        expectAlike(
          one,
          [2, 3, 4].map((record) => drawInt8(random, 130, record)),
          `${channels} channels`,
        );
        const [settings] = planOf(one)?.constants ?? [];
        const isAlike = Number(alike || saturated === 0);
        expect(settings).toEqual(
          Int32Array.of(channels, zeroPoint, 33, saturated, isAlike, 0, 0, 0, 0, -1, -1, -1),
        );
      }
    },
  );

  it('take one window that is the whole image for a row', () => {
    const random = createRandom(8, 'simd whole window');
    const image = [1, 5, 3, 7];
    const one = {
      kind: 'conv_2d',
      attributes: { padding: 'valid', strides: [1, 1], dilations: [1, 1], activation: 'none' },
      input: { dtype: 'int8', shape: image, quant },
      weights: { dtype: 'int8', shape: [9, 5, 3, 7], quant: perAxis(0, drawScales(random, 9)) },
      weightData: drawExtremes(random, 9 * 105),
      output: requantized,
    } as const;
    expectAlike(one, [drawExtremes(random, 105)], 'whole window');
    const [, , , packed] = planOf(one)?.constants ?? [];
    expect(packed, 'bytes of 108 elements for 16 channels').toHaveLength(16 * 108);
  });

  it.each([1, 2, 3])('take rows two by two under depthwise windows of 3×3 with strides of %s', (stride) => {
    const random = createRandom(10, `simd row pairs ${stride}`);
    for (const padding of ['same', 'valid'] as const) {
      for (const image of [
        [2, 3, 3, 8],
        [1, 4, 5, 7],
        [1, 5, 4, 16],
        [1, 6, 6, 20],
        [1, 75, 61, 9],
      ]) {
        for (const depthMultiplier of [1, 2]) {
          const attributes = {
            padding,
            strides: [stride, stride],
            dilations: [1, 1],
            activation: 'relu',
            depthMultiplier,
          } as const;
          const weights = [1, 3, 3, image[3] * depthMultiplier];
          const { records, ...rest } = int8Numbers(random, image, weights, 3, 2);
          const one = { kind: 'depthwise_conv_2d', attributes, ...rest } as const;
          expectAlike(one, records.slice(-2), `[${image}] ${padding} × ${depthMultiplier}`);
          expect(planOf(one)?.constants, 'without offsets of taps').toHaveLength(3);
        }
      }
    }
  });

  it('leave windows to the plain kernels that are dilated over millions of zeros', () => {
    const random = createRandom(6, 'simd dilations');
    const image = [1, 4, 4, 8];
    const sliding = (dilation: number) =>
      ({ padding: 'same', strides: [1, 1], dilations: [dilation, dilation], activation: 'none' }) as const;
    const { records, ...conv } = int8Numbers(random, image, [4, 3, 3, 8], 0, 2);
    const { records: _, ...depthwise } = int8Numbers(random, image, [1, 3, 3, 8], 3, 2);
    for (const [dilation, isPlanned] of [
      [50, true],
      [5000, false],
      [2 ** 29, false],
    ] as const) {
      const plans = [
        planOf({ kind: 'conv_2d', attributes: sliding(dilation), ...conv }),
        planOf({
          kind: 'depthwise_conv_2d',
          attributes: { ...sliding(dilation), depthMultiplier: 1 },
          ...depthwise,
        }),
      ];
      expect(plans.map((plan) => plan !== undefined)).toEqual([isPlanned, isPlanned]);
    }
    expectAlike({ kind: 'conv_2d', attributes: sliding(50), ...conv }, records, 'dilated by 50');
  });
});

describe('SIMD kernels on int16', () => {
  const random = createRandom(4, 'simd refusals');
  const dense = { activation: 'none', keepNumDims: false } as const;
  const numbers = (bias: bigint) => {
    const { records, ...rest } = int16Numbers(random, [1, 4], [2, 4], 0, 2);
    return {
      one: { kind: 'fully_connected', attributes: dense, ...rest, bias: BigInt64Array.of(0n, bias) },
      records,
    } as const;
  };

  it('leave a bias with which a sum may be too large to the plain kernel, which refuses such a sum', () => {
    expect(planOf(numbers(2n ** 47n - 2n ** 26n).one)).toBeDefined();
    const { one, records } = numbers(2n ** 47n - 1n);
    expect(planOf(one)).toBeUndefined();
    const graph = oneNode(
      'fully_connected',
      dense,
      [
        { type: { ...one.input, quant: perTensor(1, 0) } },
        { type: one.weights, data: Int8Array.of(1, 1, 1, 1, 1, 1, 1, 1), constant: true },
        { type: { dtype: 'int64', shape: [2] }, data: one.bias, constant: true },
      ],
      { ...one.output, shape: [1, 2] },
    );
    const interpreter = createInterpreter(graph);
    expect(records).not.toEqual([]);
    expect(() => interpreter.invoke([Int16Array.of(-1, 0, 0, 0)])).not.toThrow();
    expect(() => interpreter.invoke([Int16Array.of(1, 0, 0, 0)])).toThrow(
      'FULLY_CONNECTED "node": comes to a sum of 140737488355328, beyond the 48 bits',
    );
  });
});
