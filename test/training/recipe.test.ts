import { expect, test } from 'vitest';
import { recipeSchema } from '../../src/training/recipe.ts';

test('an empty section means the default recipe', () => {
  expect(recipeSchema.parse({})).toEqual({
    optimizer: 'rmsprop',
    learningRate: 0.003,
    schedule: { type: 'cosine', finalLearningRate: 0 },
    loss: 'mse',
    metrics: ['mae'],
    epochs: 500,
    batchSize: 16,
  });
});

test.each([
  ['a misspelt key', { learning_rate: 0.1 }],
  ['a learning rate of 0', { learningRate: 0 }],
  ['a schedule without its arguments', { schedule: { type: 'step' } }],
  ['an argument of another schedule', { schedule: { type: 'constant', every: 3 } }],
  ['half an epoch', { epochs: 1.5 }],
  ['an unknown loss', { loss: 'rmse' }],
  ['early stopping without patience', { earlyStopping: {} }],
])('%s is refused', (_, recipe) => {
  expect(recipeSchema.safeParse(recipe).success).toBe(false);
});
