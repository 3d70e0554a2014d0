import { expect, it } from 'vitest';
import { regressionQuality, shareDifference } from '../../src/stages/model-quality.ts';

it('the difference of two shares is the number that people write', () => {
  // Subtracted as they are, these are 0.10000000000000009 and 0.019999999999999962.
  expect(shareDifference(0.8, 0.7, 10)).toBe(0.1);
  expect(shareDifference(0.29, 0.27, 100)).toBe(0.02);
  expect(shareDifference(0.5, 0.75, 4)).toBe(-0.25);
});

it('MSE, MAE and R² are what their formulas say', () => {
  const targets = Float32Array.of(1, 2, 3, 6);
  // Errors 1, 0, −2, 1; the mean is 3, from which the targets are 2, 1, 0 and 3 away.
  expect(regressionQuality(Float32Array.of(2, 2, 1, 7), targets)).toEqual({
    mse: { value: 6 / 4 },
    mae: { value: 1 },
    r2: { value: 1 - 6 / 14 },
  });
  expect(regressionQuality(targets, targets).r2).toEqual({ value: 1 });
  expect(regressionQuality(Float32Array.of(3, 3, 3, 3), targets).r2).toEqual({ value: 0 });
});

it('there is no R² of targets that are all equal, whatever their mean is as a number', () => {
  for (const target of [0, 0.1, 1e6 + 0.3]) {
    const targets = new Float32Array(7).fill(target);
    for (const predictions of [targets, new Float32Array(7)]) {
      expect(regressionQuality(predictions, targets).r2).toEqual({ doubt: expect.stringContaining('equal') });
    }
  }
});
