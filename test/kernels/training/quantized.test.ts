/** What stands for integers while a model is trained: both kinds of kernels against the formulas of `core/fixed-point.ts`. */

import { describe, expect, it } from 'vitest';
import {
  INT32_MAX,
  INT32_MIN,
  multiplyByQuantizedMultiplier,
  quantizeMultiplier,
  roundHalfAway,
} from '../../../src/core/fixed-point.ts';
import { perAxis, perTensor, type QuantParams } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createHeap, type HeapKind } from '../../../src/kernels/training/heap.ts';
import { SumRounding } from '../../../src/kernels/training/sum-rounding.ts';
import { channelsAlong, quantizeWeights, WEIGHT_LIMITS } from '../../../src/passes/quantize/parameters.ts';

const [TABLE, SUMS, CUT, SEEN] = [0, 16384, 49152, 8192];
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

function perAxisOrTensor(
  axis: number | undefined,
  scaleOf: (channel: number) => number,
  shape: Shape,
): QuantParams {
  if (axis === undefined) return perTensor(scaleOf(0), 0);
  return perAxis(
    axis,
    Array.from({ length: shape[axis] }, (_, channel) => scaleOf(channel)),
  );
}

describe('integers in training', () => {
  it.each(KINDS)('%s: sums go through the multiplier of the chip', (kind) => {
    const seen = { cut: 0, kept: 0 };
    for (let channels = 1; channels <= 9; channels++) {
      for (const count of [channels, 64 * channels + 1]) {
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
        heap.kernels.roundSums(TABLE, SUMS, CUT, count, SEEN);
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
        expect([...reals.subarray(SEEN / 4, SEEN / 4 + 2)]).toEqual([
          sums.reduce((a, b) => Math.min(a, b)) + 0,
          sums.reduce((a, b) => Math.max(a, b)) + 0,
        ]);
        // Nothing behind the sums and marks was touched.
        expect(reals.subarray(SUMS / 4 + count, CUT / 4)).toEqual(before.subarray(SUMS / 4 + count, CUT / 4));
        expect(marks.subarray(CUT + count).every((byte) => byte === 0)).toBe(true);
      }
    }
    expect(Math.min(seen.cut, seen.kept)).toBeGreaterThan(500);
  });

  it.each(KINDS)('%s: numbers that are none are seen by nobody and count as 0', (kind) => {
    const heap = createHeap(65536, kind);
    const rounding = new SumRounding(heap.buffer, TABLE);
    rounding.write({ scale: 0.5, min: -28, max: 227 }, [{ ...quantizeMultiplier(0.5), perUnit: 1 }]);
    const reals = new Float32Array(heap.buffer, SUMS, 6);
    reals.set([NaN, 3, NaN, -4, 1000, NaN]);
    heap.kernels.roundSums(TABLE, SUMS, CUT, 6, SEEN);
    expect([...reals]).toEqual([0, 1, 0, -1, 113.5, 0]);
    expect([...new Float32Array(heap.buffer, SEEN, 2)]).toEqual([-4, 1000]);
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

  it.each(KINDS)('%s: what lies outside the limits is marked', (kind) => {
    for (const count of [1, 2, 3, 4, 999]) {
      const heap = createHeap(65536, kind);
      const random = createRandom(count, 'marked');
      const reals = new Float32Array(heap.buffer, SUMS, 1000);
      for (let i = 0; i < reals.length; i++) reals[i] = i % 7 === 3 ? NaN : f(random.below(9) / 3 - 1.25);
      // No float32 lies on them.
      const [least, most] = [0.75 - 1e-12, 1.0833333];
      heap.kernels.markOutside(SUMS, count, least, most, CUT, TABLE);
      const marks = new Uint8Array(heap.buffer, CUT, 1000);
      expect(marks).toEqual(
        Uint8Array.from(reals, (value, i) => (i < count && (value < least || value > most) ? 255 : 0)),
      );
      const numbers = reals.subarray(0, count).filter((value) => !Number.isNaN(value));
      expect(new Float32Array(heap.buffer, TABLE, 2)).toEqual(
        Float32Array.of(Math.min(...numbers), Math.max(...numbers)),
      );
    }
  });

  it.each(KINDS)('%s: scales learn from what rounding moved, and from the ends', (kind) => {
    for (const count of [1, 3, 4, 999]) {
      const heap = createHeap(65536, kind);
      const random = createRandom(count, 'slopes');
      const reals = new Float32Array(heap.buffer);
      const [x, y, dy] = [0, 4096, 8192].map((at) => reals.subarray(at / 4, at / 4 + count));
      for (let i = 0; i < count; i++) {
        x[i] = 6 * random.normal();
        y[i] = Math.round(Math.max(-1, Math.min(4, x[i])));
        dy[i] = random.normal();
      }
      const slope = (i: number): number => {
        const within = Math.max(-2, Math.min(7, x[i]));
        return dy[i] * (within < -1 || within > 4 ? y[i] : f(y[i] - within));
      };
      const expected = x.reduce((sum, _, i) => sum + slope(i), 0);
      expect(heap.kernels.scaleSlope(0, 4096, 8192, count, -2, 7, -1, 4)).toBeCloseTo(expected, 3);
      const other = createHeap(65536, kind === 'simd' ? 'plain' : 'simd');
      new Float32Array(other.buffer).set(reals);
      expect(other.kernels.scaleSlope(0, 4096, 8192, count, -2, 7, -1, 4)).toBe(
        heap.kernels.scaleSlope(0, 4096, 8192, count, -2, 7, -1, 4),
      );
    }
  });

  it.each(KINDS)('%s: int8 becomes what it stands for, and int8 again', (kind) => {
    for (const [count, zeroPoint] of [
      [1, 0],
      [2, -128],
      [3, 127],
      [256, 5],
      [255, -77],
    ]) {
      const heap = createHeap(65536, kind);
      const scale = f(createRandom(count, 'scale').uniform());
      const codes = new Int8Array(heap.buffer, CUT, 256);
      for (let i = 0; i < codes.length; i++) codes[i] = i - 128;
      const reals = new Float32Array(heap.buffer, SUMS, 256);
      heap.kernels.decode(CUT, SUMS, count, scale, zeroPoint);
      expect(reals).toEqual(
        Float32Array.from(codes, (code, i) => (i < count ? (code - zeroPoint) * scale + 0 : 0)),
      );
      const made = new Int8Array(heap.buffer, CUT + 1024, 256);
      heap.kernels.encode(SUMS, CUT + 1024, count, scale, zeroPoint);
      expect(made).toEqual(codes.map((code, i) => (i < count ? code : 0)));
    }
  });

  it.each(KINDS)('%s: weights are rounded as the converter rounds them', (kind) => {
    for (const shape of [
      [5, 3, 3, 2],
      [3, 7],
      [1, 3, 3, 6],
      [4, 16],
    ]) {
      for (const axis of [undefined, 0, shape.length - 1]) {
        for (const dtype of ['int8', 'int4'] as const) {
          const [heap, count] = [createHeap(65536, kind), elementCount(shape)];
          const random = createRandom(count, 'weights');
          const quant = perAxisOrTensor(axis, (channel) => 0.01 * (channel + 1), shape);
          const scales = quant.scheme === 'per-tensor' ? Float32Array.of(quant.scale) : quant.scales;
          const weights = Float32Array.from({ length: count }, (_, i) =>
            i % 3 === 0 ? (random.below(400) - 200) * 0.5 * scales[0] : random.normal(),
          );
          new Float32Array(heap.buffer).set(weights, SUMS / 4);
          new Float32Array(heap.buffer).set(scales, TABLE / 4);
          const run = axis === undefined ? count : elementCount(shape.slice(axis + 1));
          const { largestMagnitudes, roundWeights } = heap.kernels;
          roundWeights(SUMS, count, run, scales.length, TABLE, WEIGHT_LIMITS[dtype], CUT);
          const codes = quantizeWeights(weights, shape, quant, dtype);
          const channelOf = channelsAlong(axis, shape);
          expect(new Float32Array(heap.buffer, CUT, count)).toEqual(
            Float32Array.from(codes, (code, i) => code * scales[channelOf(i)]),
          );
          largestMagnitudes(SUMS, count, run, scales.length, TABLE);
          expect(new Float32Array(heap.buffer, TABLE, scales.length)).toEqual(
            Float32Array.from(scales, (_, channel) =>
              Math.max(...weights.filter((__, i) => channelOf(i) === channel).map(Math.abs)),
            ),
          );
        }
      }
    }
  });
});
