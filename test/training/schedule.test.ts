import { expect, test } from 'vitest';
import { recipeSchema } from '../../src/training/recipe.ts';
import { learningRateAt } from '../../src/training/schedule.ts';

function ratesOf(schedule: object, epochs: number): number[] {
  const recipe = recipeSchema.parse({ learningRate: 0.1, epochs, schedule });
  return Array.from({ length: epochs }, (_, index) => learningRateAt(recipe, index + 1));
}

test('constant stays', () => {
  expect(ratesOf({ type: 'constant' }, 3)).toEqual([0.1, 0.1, 0.1]);
});

test('cosine goes from the first rate to the final one', () => {
  const rates = ratesOf({ type: 'cosine', finalLearningRate: 0.02 }, 5);
  const expected = [0.1, 0.06 + 0.04 * Math.SQRT1_2, 0.06, 0.06 - 0.04 * Math.SQRT1_2, 0.02];
  for (const [index, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[index], 12);
});

test('cosine over one epoch keeps the first rate', () => {
  expect(ratesOf({ type: 'cosine' }, 1)).toEqual([0.1]);
});

test('step multiplies after every so many epochs', () => {
  expect(ratesOf({ type: 'step', every: 2, factor: 0.5 }, 5)).toEqual([0.1, 0.1, 0.05, 0.05, 0.025]);
});
