import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import {
  type Compensation,
  compensationOf,
  roundInOrder,
} from '../../../../src/passes/quantize/rounding/compensate.ts';
import { settle } from '../../../../src/passes/quantize/rounding/settle.ts';
import { shrinkage } from '../../../../src/passes/quantize/rounding/shrinkage.ts';

const SIZE = 12;

/** The covariance of so many rows of numbers that depend on each other. */
function covariance(rows: number, seed: number): Float64Array {
  const random = createRandom(seed, 'rows');
  const sums = new Float64Array(SIZE ** 2);
  for (let row = 0; row < rows; row++) {
    let last = 0;
    const values = Array.from({ length: SIZE }, () => {
      last = 0.8 * last + random.normal();
      return last;
    });
    for (let i = 0; i < SIZE; i++)
      for (let j = 0; j < SIZE; j++) sums[i * SIZE + j] += (values[i] * values[j]) / rows;
  }
  return sums;
}

function costOf(weights: Float64Array, scale: number, steps: Int32Array, made: Compensation): number {
  const error = Float64Array.from(made.order, (place, i) => weights[place] - scale * steps[i]);
  let cost = 0;
  for (let i = 0; i < SIZE; i++)
    for (let j = 0; j < SIZE; j++) cost += error[i] * made.covariance()[i * SIZE + j] * error[j];
  return cost;
}

describe('settle', () => {
  it('leaves no single step that would be better, within the limit', () => {
    const made = compensationOf(covariance(200, 1), SIZE, 0.1) as Compensation;
    const random = createRandom(2, 'weights');
    for (let unit = 0; unit < 20; unit++) {
      const weights = Float64Array.from({ length: SIZE }, () => random.normal());
      const scale = 0.25;
      const [{ steps, cost: before }] = roundInOrder([{ weights, scale }], 7, made);
      expect(before).toBeCloseTo(costOf(weights, scale, steps, made), 9);
      settle(weights, scale, 7, made, steps);
      const cost = costOf(weights, scale, steps, made);
      expect(cost).toBeLessThanOrEqual(before + 1e-12);
      for (let i = 0; i < SIZE; i++) {
        for (const change of [-1, 1]) {
          const other = steps.slice();
          other[i] += change;
          if (Math.abs(other[i]) > 7) continue;
          expect(costOf(weights, scale, other, made)).toBeGreaterThanOrEqual(cost - 1e-12);
        }
      }
    }
  });
});

describe('shrinkage', () => {
  it('trusts many rows, and few less', () => {
    const dampings = [6, 40, 4000].map((rows) => shrinkage(covariance(rows, 3), SIZE, rows));
    expect(dampings[0]).toBeGreaterThan(4 * dampings[1]);
    expect(dampings[2]).toBeLessThan(0.01);
  });

  it('trusts nothing of inputs that vary all alike', () => {
    const identity = Float64Array.from({ length: SIZE ** 2 }, (_, i) => (i % (SIZE + 1) === 0 ? 1 : 0));
    expect(shrinkage(identity, SIZE, 50)).toBe(1e6);
  });
});
