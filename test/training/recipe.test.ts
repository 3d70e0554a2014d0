import { expect, test } from 'vitest';
import { recipeSchema, weightDecayOf } from '../../src/training/recipe.ts';

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
  ['momentum of another optimizer', { optimizer: 'adam', momentum: 0.9 }],
  ['Nesterov without momentum', { optimizer: 'sgd', nesterov: true }],
  ['two ways to clip', { clipNorm: 1, clipValue: 1 }],
  ['a norm of 0', { clipNorm: 0 }],
  ['early stopping without patience', { earlyStopping: {} }],
])('%s is refused', (_, recipe) => {
  expect(recipeSchema.safeParse(recipe).success).toBe(false);
});

test("weights decay by Keras' share where adamw does not say how much", () => {
  const decayOf = (recipe: object): number => weightDecayOf(recipeSchema.parse(recipe));
  expect(decayOf({ optimizer: 'adamw' })).toBe(0.004);
  expect(decayOf({ optimizer: 'adamw', weightDecay: 0 })).toBe(0);
  expect(decayOf({ optimizer: 'adam' })).toBe(0);
  expect(decayOf({ optimizer: 'sgd', weightDecay: 0.1 })).toBe(0.1);
});
