import { expect, it } from 'vitest';
import { INT32_MAX, INT32_MIN, multiplyByQuantizedMultiplier } from '../../../src/core/fixed-point.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createSimdMemory } from '../../../src/interpreter/tensor-memory.ts';
import { fullyConnectedInt8 } from '../../../src/kernels/int8/fully_connected.ts';
import type { ChannelRequantization } from '../../../src/kernels/int8/requantize.ts';
import { planFullyConnectedInt8 } from '../../../src/kernels/simd/fully_connected.ts';
import { oneOf } from '../../conformance/draw.ts';
import { placesOf } from './places.ts';

/**
 * One sum for each channel, which is its bias, for so many rows as there are ways to go through them: inputs are equal, and what
 * weights make of them cancels out, but other inputs would come to other sums.
 */
function expectAlike(p: ChannelRequantization, sums: Int32Array, batches: number): void {
  const units = sums.length;
  const product = { ...p, batches, depth: 2, units, inputZeroPoint: 7, weightsZeroPoint: 0 };
  const weights = new Int8Array(2 * units).map((_, i) => (i % 2 === 0 ? 127 : -127));
  const plan = planFullyConnectedInt8(product, weights, sums);
  const memory = plan && createSimdMemory(64 + batches * units, [plan]);
  if (plan === undefined || memory === undefined)
    throw new Error('this machine has no WebAssembly with SIMD');
  plan.bind(memory.kernels, placesOf(memory, plan, [0], [64]))();
  const expected = new Int8Array(batches * units);
  fullyConnectedInt8(product)(new Int8Array(2 * batches), weights, sums, expected);
  const actual = new Int8Array(memory.buffer, 64, batches * units);
  for (const [index, value] of expected.entries()) {
    if (actual[index] === value) continue;
    const unit = index % units;
    expect.fail(
      `${sums[unit]} × ${p.multipliers[unit]} · 2^${p.shifts[unit]} + ${p.outputZeroPoint} is ${actual[index]} instead of ${value}`,
    );
  }
}

/** The last sum below `value`, and the first that comes to it. */
function boundary(value: number, multiplier: number, shift: number): [number, number] {
  let [below, least] = [INT32_MIN, INT32_MAX];
  while (least - below > 1) {
    const middle = Math.floor((below + least) / 2);
    if (multiplyByQuantizedMultiplier(middle, multiplier, shift) >= value) least = middle;
    else below = middle;
  }
  return [below, least];
}

const MULTIPLIERS = [2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1, 2 ** 31 - 2 ** 15, 3 * 2 ** 29, 1518500250];

it.each([
  { outputZeroPoint: 0, clampMin: -128, clampMax: 127 },
  { outputZeroPoint: -128, clampMin: -128, clampMax: 127 },
  { outputZeroPoint: 127, clampMin: -128, clampMax: 127 },
  { outputZeroPoint: -5, clampMin: -5, clampMax: 60 },
])('all results begin where the plain loops let them begin: %o', (limits) => {
  for (let shift = -22; shift <= 0; shift++) {
    const sums: number[] = [];
    const multipliers: number[] = [];
    for (const multiplier of MULTIPLIERS) {
      for (let value = -257; value <= 257; value += shift % 3 === 0 ? 1 : 7) {
        sums.push(...boundary(value, multiplier, shift));
        multipliers.push(multiplier, multiplier);
      }
    }
    const shifts = new Array<number>(sums.length).fill(shift);
    for (const batches of [1, 3, 4]) {
      expectAlike({ ...limits, multipliers, shifts }, Int32Array.from(sums), batches);
    }
  }
});

it('every shift, extreme sums and multipliers of 0 and below 2^30 give what the plain loops give', () => {
  const random = createRandom(1, 'int8 requantize');
  for (let index = 0; index < 300; index++) {
    const units = 1 + random.below(40);
    const draw = <T>(one: () => T): T[] => Array.from({ length: units }, one);
    // Some blocks of channels with shifts of all kinds, some with shifts that go a short way.
    const mixed = random.below(2) === 0;
    const shifts = draw(() => (mixed ? random.below(62) - 31 : -random.below(20)));
    const multipliers = draw(() =>
      oneOf(random, [
        0,
        3,
        2 ** 28,
        2 ** 29,
        2 ** 30 - 1,
        2 ** 30,
        2 ** 31 - 1,
        2 ** 30 + random.below(2 ** 30),
      ]),
    );
    const sums = Int32Array.from(shifts, (shift) =>
      oneOf(random, [
        INT32_MIN,
        INT32_MAX,
        0,
        -1,
        1,
        -2,
        Math.round((random.uniform() - 0.5) * 2 ** Math.min(31, 9 - shift)),
        random.uint32() | 0,
      ]),
    );
    const outputZeroPoint = random.below(256) - 128;
    const clampMin = oneOf(random, [-128, outputZeroPoint]);
    const clampMax = oneOf(random, [127, Math.min(127, outputZeroPoint + 20)]);
    const limits = { outputZeroPoint, clampMin, clampMax };
    expectAlike({ ...limits, multipliers, shifts }, sums, oneOf(random, [1, 2, 5]));
  }
});

/** All sums that weights 1 and −1 can make of a bias: from 255 less to 255 more. */
function expectAllSums(p: ChannelRequantization, bias: Int32Array): void {
  const units = bias.length;
  const product = { ...p, batches: 511, depth: 2, units, inputZeroPoint: -128, weightsZeroPoint: 0 };
  const weights = new Int8Array(2 * units).map((_, i) => (i % 2 === 0 ? 1 : -1));
  const rows = Int8Array.from({ length: 2 * 511 }, (_, i) =>
    Math.min(127, i % 2 === 0 ? (i >> 1) - 128 : 382 - (i >> 1)),
  );
  const plan = planFullyConnectedInt8(product, weights, bias);
  const memory = plan && createSimdMemory(1024 + 511 * units, [plan]);
  if (plan === undefined || memory === undefined)
    throw new Error('this machine has no WebAssembly with SIMD');
  new Int8Array(memory.buffer).set(rows);
  plan.bind(memory.kernels, placesOf(memory, plan, [0], [1024]))();
  const expected = new Int8Array(511 * units);
  fullyConnectedInt8(product)(rows, weights, bias, expected);
  expect(new Int8Array(memory.buffer, 1024, 511 * units)).toEqual(expected);
}

it('channels whose sums all come to one result have it, and those at whose border a result begins do not', () => {
  const multiplier = 1518500250;
  for (const [outputZeroPoint, clampMin, clampMax] of [
    [-128, -128, 127],
    [5, -128, 127],
    [5, 5, 40],
  ]) {
    for (const shift of [-10, -14, -20, -27]) {
      const bias: number[] = [];
      for (const value of [-130, -3, 0, 35, 122]) {
        const [below] = boundary(value, multiplier, shift);
        if (Math.abs(below) < 2 ** 31 - 1000)
          bias.push(below - 300, below - 255, below - 254, below, below + 255, below + 256, below + 300);
      }
      const [multipliers, shifts] = [multiplier, shift].map((value) =>
        new Array<number>(bias.length).fill(value),
      );
      expectAllSums({ multipliers, shifts, outputZeroPoint, clampMin, clampMax }, Int32Array.from(bias));
    }
  }
});
