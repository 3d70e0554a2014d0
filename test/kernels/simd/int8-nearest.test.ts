import { describe, expect, it } from 'vitest';
import { INT32_MAX, multiplyByQuantizedMultiplier } from '../../../src/core/fixed-point.ts';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { createSimdMemory, refineConstants } from '../../../src/interpreter/tensor-memory.ts';
import { fullyConnectedInt8 } from '../../../src/kernels/int8/fully_connected.ts';
import type { ChannelRequantization } from '../../../src/kernels/int8/requantize.ts';
import { planFullyConnectedInt8 } from '../../../src/kernels/simd/fully_connected.ts';
import type { SimdPlan } from '../../../src/kernels/simd/simd-plan.ts';
import { drawInt8, oneOf } from '../../conformance/draw.ts';
import { placesOf } from './places.ts';
import { expectAlike, planOf } from './run-both.ts';

const WHOLE = { outputZeroPoint: -128, clampMin: -128, clampMax: 127 };
const GROUP_BYTES = 128;
const NEAREST = 4;

/** Of every four channels, whether they take a product of float32. */
function nearestGroups(plan: SimdPlan | undefined): boolean[] {
  const constants = plan?.refined?.()[1] as Uint8Array;
  const view = new DataView(constants.buffer);
  return Array.from(
    { length: constants.length / GROUP_BYTES },
    (_, group) => view.getInt32(group * GROUP_BYTES, true) === NEAREST,
  );
}

interface Dense {
  readonly rows: readonly (readonly number[])[];
  /** Of every unit. */
  readonly weights: readonly number[];
  readonly bias: Int32Array;
}

/** Inputs are what `rows` have above −128; gives which groups are nearest. */
function expectRows(p: ChannelRequantization, { rows, weights, bias }: Dense): boolean[] {
  const [batches, units, depth] = [rows.length, bias.length, weights.length];
  const product = { ...p, batches, depth, units, inputZeroPoint: -128, weightsZeroPoint: 0 };
  const ofUnits = Int8Array.from({ length: units * depth }, (_, i) => weights[i % depth]);
  const input = Int8Array.from(rows.flat(), (value) => value - 128);
  const plan = planFullyConnectedInt8(product, ofUnits, bias);
  const outputAt = Math.ceil(input.length / 16) * 16;
  const memory = plan && createSimdMemory(outputAt + batches * units, [plan]);
  if (plan === undefined || memory === undefined)
    throw new Error('this machine has no WebAssembly with SIMD');
  new Int8Array(memory.buffer).set(input);
  refineConstants(memory);
  const [, at] = memory.constants.get(plan) ?? [];
  const refined = plan.refined?.()[1] as Uint8Array;
  expect(new Uint8Array(memory.buffer, at, refined.length)).toEqual(refined);
  plan.bind(memory.kernels, placesOf(memory, plan, [0], [outputAt]))();
  const expected = new Int8Array(batches * units);
  fullyConnectedInt8(product)(input, ofUnits, bias, expected);
  const actual = new Int8Array(memory.buffer, outputAt, batches * units);
  const wrong = expected.findIndex((value, index) => actual[index] !== value);
  const unit = wrong % units;
  expect(
    wrong,
    `× ${p.multipliers[unit]} · 2^${p.shifts[unit]}: ${actual[wrong]}, not ${expected[wrong]}`,
  ).toBe(-1);
  return nearestGroups(plan);
}

/** Of the first weights one is 1, one −127, and all others are 127. */
function rowOf(sum: number, depth: number): number[] {
  const row = new Array<number>(depth).fill(0);
  if (sum < 0) row[1] = Math.min(255, Math.ceil(-sum / 127));
  let rest = sum + 127 * row[1];
  for (let i = 2; i < depth; i++) {
    row[i] = Math.max(0, Math.min(255, Math.floor(rest / 127)));
    rest -= 127 * row[i];
  }
  row[0] = Math.min(255, rest);
  return row;
}

function firstSum(result: number, multiplier: number, shift: number): number {
  let [below, least] = [-1, INT32_MAX];
  while (least - below > 1) {
    const middle = Math.floor((below + least) / 2);
    if (multiplyByQuantizedMultiplier(middle, multiplier, shift) >= result) least = middle;
    else below = middle;
  }
  return least;
}

const drawMultiplier = (random: Random): number =>
  oneOf(random, [
    2 ** 30,
    2 ** 31 - 1,
    2 ** 30 + 1,
    ...[0, 1, 2, 3].map(() => 2 ** 30 + random.below(2 ** 30)),
  ]);

describe('sums that a product of float32 requantizes', () => {
  it.each([0, -1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -12, -13])(
    'come to every result where plain ones do, shifted by %s',
    (shift) => {
      const random = createRandom(1, `nearest ${shift}`);
      const depth = 3 + Math.ceil(2 ** (9 - shift) / 127 / 255);
      const weights = Array.from({ length: depth }, (_, i) => (i === 0 ? 1 : i === 1 ? -127 : 127));
      let [nearest, all] = [0, 0];
      for (let round = 0; round < (shift < -8 ? 1 : 5); round++) {
        const multipliers = Array.from({ length: 24 }, () => drawMultiplier(random));
        const shifts = multipliers.map(() => shift);
        const bias = Int32Array.from(multipliers, () => random.below(2001) - 1000);
        const sums = multipliers.flatMap((multiplier, unit) =>
          Array.from({ length: 257 }, (_, result) => firstSum(result, multiplier, shift) - bias[unit]),
        );
        const rows = sums.flatMap((sum) => [rowOf(sum - 1, depth), rowOf(sum, depth)]);
        const groups = expectRows({ ...WHOLE, multipliers, shifts }, { rows, weights, bias });
        nearest += groups.filter((isNearest) => isNearest).length;
        all += groups.length;
      }
      if (shift === -13) expect(nearest).toBe(0);
      else if (shift <= -3 && shift >= -7) expect(nearest / all).toBeGreaterThan(0.6);
    },
  );

  it('are looked for where all results are wanted', () => {
    const p = {
      ...WHOLE,
      multipliers: new Array<number>(8).fill(1518500250),
      shifts: new Array<number>(8).fill(-5),
    };
    const dense = (batches: number): Dense => ({
      rows: Array.from({ length: batches }, (_, i) => [i % 256, 0, i % 200]),
      weights: [1, -127, 127],
      bias: new Int32Array(8),
    });
    expect(expectRows(p, dense(300))).toEqual([true, true]);
    const plain = planFullyConnectedInt8(
      { ...p, batches: 2, depth: 1, units: 8, inputZeroPoint: 0, weightsZeroPoint: 0 },
      new Int8Array(8).fill(9),
      undefined,
    );
    expect(plain?.constants[1], 'found later').not.toEqual(plain?.refined?.()[1]);
    expect(expectRows({ ...p, clampMax: 100 }, dense(300))).toEqual([false, false]);
    expect(expectRows({ ...p, outputZeroPoint: 3 }, dense(300))).toEqual([false, false]);
    expect(expectRows({ ...p, multipliers: p.multipliers.map(() => 2 ** 29) }, dense(300))).toEqual([
      false,
      false,
    ]);
  });

  it('are no larger than float32 rounds to integers, and than int32 holds', () => {
    const rows = Array.from({ length: 100 }, (_, i) =>
      new Array<number>(1100).fill(i % 3 === 0 ? 0 : i + 156),
    );
    const weights = new Array<number>(1100).fill(127);
    const [multipliers, bias] = [[2 ** 31 - 1], Int32Array.of(-(2 ** 25))];
    expect(expectRows({ ...WHOLE, multipliers, shifts: [0] }, { rows, weights, bias })).toEqual([
      false,
      false,
    ]);
    const most = Int32Array.of(INT32_MAX - 1000);
    expect(expectRows({ ...WHOLE, multipliers, shifts: [-10] }, { rows, weights, bias: most })).toEqual([
      false,
      false,
    ]);
  });

  it.each([
    { kind: 'conv_2d', image: [1, 12, 11, 8], weights: [16, 1, 1, 8] },
    { kind: 'conv_2d', image: [2, 9, 9, 5], weights: [19, 3, 3, 5] },
    { kind: 'conv_2d', image: [1, 15, 10, 3], weights: [8, 3, 3, 3] },
    { kind: 'depthwise_conv_2d', image: [1, 13, 12, 19], weights: [1, 3, 3, 19] },
    { kind: 'depthwise_conv_2d', image: [1, 12, 12, 8], weights: [1, 5, 5, 8] },
  ] as const)('are those of windows: $kind of $weights', ({ kind, image, weights }) => {
    const random = createRandom(2, `nearest ${kind} ${weights}`);
    const isDepthwise = kind === 'depthwise_conv_2d';
    const channels = isDepthwise ? weights[3] : weights[0];
    const sliding = { padding: 'same', strides: [1, 1], dilations: [1, 1], activation: 'relu' } as const;
    let nearest = 0;
    for (let index = 0; index < 12; index++) {
      const scales = Float32Array.from({ length: channels }, () => 2 ** -(4 + 4 * random.uniform()));
      const data = drawInt8(random, elementCount(weights), 2);
      // A channel of zeros, which comes to one result.
      const dead = random.below(channels);
      const step = data.length / channels;
      for (let i = 0; i < data.length; i++) {
        if ((isDepthwise ? i % channels : Math.floor(i / step)) === dead) data[i] = 0;
      }
      const one = {
        kind,
        attributes: isDepthwise ? { ...sliding, depthMultiplier: 1 } : sliding,
        input: { dtype: 'int8', shape: image, quant: perTensor(1, oneOf(random, [-128, 0, 5])) },
        weights: { dtype: 'int8', shape: weights, quant: perAxis(isDepthwise ? 3 : 0, scales) },
        weightData: data,
        bias: Int32Array.from({ length: channels }, () => random.below(4000) - 2000),
        output: { dtype: 'int8', quant: perTensor(1, -128) },
      } as const;
      const records = [2, 3, 4].map((record) => drawInt8(random, elementCount(image), record));
      expectAlike(one, records, `${kind} ${index}`);
      nearest += Number(nearestGroups(planOf(one)).includes(true));
    }
    expect(nearest).toBeGreaterThan(6);
  });
});
