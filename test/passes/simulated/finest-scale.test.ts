import { expect, it } from 'vitest';
import { finestScale } from '../../../src/passes/simulated/finest-scale.ts';

it('takes a scale on whose steps the weights lie, where a larger one than the smallest has that', () => {
  // 200 steps of the file's scale; twice it has all even ones.
  const values = Float32Array.from([200, -128, 64, 2, -6], (step) => step / 64);
  const smallest = Math.fround(200 / 64 / 127);
  const scale = finestScale(values, smallest);
  expect(scale).toBeGreaterThanOrEqual(smallest);
  const error = (by: number): number =>
    Math.hypot(...Array.from(values, (value) => Math.round(value / by) * by - value));
  expect(error(scale)).toBeLessThan(0.35 * error(smallest));
});

it('leaves weights that lie on the steps of the smallest', () => {
  expect(finestScale(Float32Array.of(127, -3, 8), 1)).toBe(1);
});
