import { expect, it } from 'vitest';
import { shareDifference } from '../../src/stages/model-quality.ts';

it('the difference of two shares is the number that people write', () => {
  // Subtracted as they are, these are 0.10000000000000009 and 0.019999999999999962.
  expect(shareDifference(0.8, 0.7, 10)).toBe(0.1);
  expect(shareDifference(0.29, 0.27, 100)).toBe(0.02);
  expect(shareDifference(0.5, 0.75, 4)).toBe(-0.25);
});
