/** What stands for integers while a model is trained: both kinds of kernels against the formulas of `core/fixed-point.ts`. */

import { describe, expect, it } from 'vitest';
import {
  INT32_MAX,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
} from '../../../src/core/fixed-point.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createHeap, type HeapKind } from '../../../src/kernels/training/heap.ts';
import { SumRounding } from '../../../src/kernels/training/sum-rounding.ts';

const [TABLE, SUMS, CUT] = [0, 16384, 49152];
const KINDS: readonly HeapKind[] = ['simd', 'plain'];

const f = Math.fround;

/** Factors of every size, and those that make ties. */
function multipliersOf(channels: number, seed: number) {
  const random = createRandom(seed, 'multipliers');
  return Array.from({ length: channels }, (_, c) =>
    quantizeMultiplier(c % 3 === 0 ? 2 ** (1 - random.below(12)) : 2 ** (4 - 40 * random.uniform())),
  );
}

/** Accumulators small and large, within a fraction of a step of their integers, and some that no int32 is. */
function sumsOf(count: number, perUnit: readonly number[], seed: number): Float32Array {
  const random = createRandom(seed, 'sums');
  const integers = [0, -0, 1, -1, 3, -3, 128, -128, INT32_MAX, INT32_MIN, 4e9, -4e9];
  return Float32Array.from({ length: count }, (_, i) => {
    const integer =
      i % 5 === 0
        ? integers[random.below(integers.length)]
        : Math.round(random.normal() * 2 ** random.below(22));
    return (integer + 0.4 * (random.uniform() - 0.5)) / perUnit[i % perUnit.length];
  });
}

describe('integers in training', () => {
  it.each(KINDS)('%s: sums go through the multiplier of the chip', (kind) => {
    const seen = { cut: 0, kept: 0 };
    for (let channels = 1; channels <= 13; channels++) {
      for (const count of [channels, 7 * channels, 64 * channels + 1]) {
        const random = createRandom(channels * count, 'steps');
        const heap = createHeap(65536, kind);
        const multipliers = multipliersOf(channels, count);
        const perUnit = Array.from(
          { length: channels },
          () => 1 / (f(random.uniform()) * f(random.uniform())),
        );
        const zeroPoint = random.below(256) - 128;
        const output = { scale: f(0.01 + random.uniform()), min: -128 - zeroPoint, max: 127 - zeroPoint };
        const rounding = new SumRounding(heap.buffer, TABLE);
        rounding.write(
          output,
          multipliers.map((multiplier, c) => ({ ...multiplier, perUnit: perUnit[c] })),
        );
        const sums = sumsOf(count, perUnit, channels + count);
        const [reals, marks] = [new Float32Array(heap.buffer), new Uint8Array(heap.buffer)];
        reals.set(sums, SUMS / 4);
        const before = reals.slice();
        heap.kernels.roundSums(TABLE, SUMS, CUT, count);
        for (let i = 0; i < count; i++) {
          const { multiplier, shift } = multipliers[i % channels];
          const accumulator = Math.floor(sums[i] * perUnit[i % channels] + 0.5);
          const held = Math.max(INT32_MIN, Math.min(INT32_MAX, accumulator));
          const made = multiplyByQuantizedMultiplier(held, multiplier, shift);
          const clamped = Math.max(output.min, Math.min(output.max, made));
          const value = reals[SUMS / 4 + i];
          if (value !== f(clamped * output.scale))
            expect({ i, value }).toEqual({ i, value: clamped * output.scale });
          if (marks[CUT + i] !== (made === clamped ? 0 : 255)) expect(`mark ${i}`).toBe(made);
          if (made === clamped) seen.kept++;
          else seen.cut++;
        }
        expect(rounding.seen).toEqual({
          least: sums.reduce((a, b) => Math.min(a, b)) + 0,
          most: sums.reduce((a, b) => Math.max(a, b)) + 0,
        });
        // Nothing behind the sums and marks was touched.
        expect(reals.subarray(SUMS / 4 + count, CUT / 4)).toEqual(before.subarray(SUMS / 4 + count, CUT / 4));
        expect(marks.subarray(CUT + count).every((byte) => byte === 0)).toBe(true);
      }
    }
    expect(Math.min(seen.cut, seen.kept)).toBeGreaterThan(1000);
  });

  it.each(KINDS)('%s: numbers that are none are seen by nobody and count as 0', (kind) => {
    const heap = createHeap(65536, kind);
    const rounding = new SumRounding(heap.buffer, TABLE);
    rounding.write({ scale: 0.5, min: -28, max: 227 }, [{ ...quantizeMultiplier(0.5), perUnit: 1 }]);
    const reals = new Float32Array(heap.buffer, SUMS, 6);
    reals.set([NaN, 3, NaN, -4, 1000, NaN]);
    heap.kernels.roundSums(TABLE, SUMS, CUT, 6);
    expect([...reals]).toEqual([0, 1, 0, -1, 113.5, 0]);
    expect(rounding.seen).toEqual({ least: -4, most: 1000 });
    expect([...new Uint8Array(heap.buffer, CUT, 6)]).toEqual([0, 0, 0, 0, 255, 0]);
  });

  it.each(KINDS)('%s: gradients stop where something was cut off', (kind) => {
    for (const count of [1, 2, 3, 4, 31]) {
      const heap = createHeap(65536, kind);
      const random = createRandom(count, 'marks');
      const reals = new Float32Array(heap.buffer, SUMS, 40);
      for (let i = 0; i < reals.length; i++) reals[i] = random.normal();
      const before = reals.slice();
      const marks = new Uint8Array(heap.buffer, CUT, 40);
      for (let i = 0; i < marks.length; i++) marks[i] = random.below(2) * (1 + random.below(255));
      heap.kernels.stopGradients(CUT, SUMS, count);
      expect(reals).toEqual(before.map((value, i) => (i < count && marks[i] > 0 ? 0 : value)));
    }
  });

  it.each(KINDS)('%s: samples become whole numbers of scales', (kind) => {
    for (const count of [1, 2, 3, 4, 999]) {
      const heap = createHeap(65536, kind);
      const random = createRandom(count, 'samples');
      const scale = f(0.003 + random.uniform());
      const reals = new Float32Array(heap.buffer, SUMS, 1000);
      for (let i = 0; i < reals.length; i++) {
        reals[i] = i % 4 === 0 ? (random.below(401) - 200) * 0.5 * scale : 90 * scale * random.normal();
      }
      const before = reals.slice();
      heap.kernels.roundToScale(SUMS, count, scale, -100, 155);
      const rounded = (value: number): number =>
        Math.max(-100, Math.min(155, roundHalfAway(value / scale))) * scale;
      expect(reals).toEqual(before.map((value, i) => (i < count ? rounded(value) : value)));
    }
  });
});
