import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { wholeSteps } from '../../../src/passes/simulated/whole-steps.ts';

function times(scale: number, steps: readonly number[]): Float32Array {
  return Float32Array.from(steps, (step) => step * Math.fround(scale));
}

describe('the scale of numbers that were integers', () => {
  it('is the very one, to the last bit, where one of them is 127', () => {
    const random = createRandom(3, 'steps');
    for (let round = 0; round < 200; round++) {
      const scale = Math.fround(Math.exp(4 * random.normal()));
      const steps = Array.from({ length: 12 }, () => Math.round(255 * random.uniform()) - 127);
      const values = times(scale, [...steps.map((step) => Math.min(step, 127)), -127]);
      expect(wholeSteps(values, 127)).toBe(scale);
    }
  });

  it('is a whole part of it where they have room', () => {
    expect(wholeSteps(times(0.1, [3, -5, 0, 20]), 127)).toBeCloseTo(0.1 / 6, 8);
    expect(wholeSteps(times(0.1, [127, 127, -127]), 127)).toBe(Math.fround(0.1));
  });

  it('is none of numbers with more steps, of others, and of zeros', () => {
    expect(wholeSteps(times(0.1, [128, 1]), 127)).toBeUndefined();
    expect(wholeSteps(Float32Array.of(1, Math.SQRT2, Math.PI), 127)).toBeUndefined();
    expect(wholeSteps(Float32Array.of(0, 0), 127)).toBeUndefined();
    expect(wholeSteps(Float32Array.of(1e-30, 1), 127)).toBeUndefined();
    expect(wholeSteps(Float32Array.of(Number.NaN, 1), 127)).toBeUndefined();
  });
});
