/** Learning rates by epoch. */

import type { Recipe } from './recipe.ts';

/** The learning rate of an epoch; epochs count from 1 to `recipe.epochs`. */
export function learningRateAt(
  { learningRate, schedule, epochs }: Pick<Recipe, 'learningRate' | 'schedule' | 'epochs'>,
  epoch: number,
): number {
  switch (schedule.type) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * schedule.factor ** Math.floor((epoch - 1) / schedule.every);
    case 'cosine': {
      const progress = epochs === 1 ? 0 : (epoch - 1) / (epochs - 1);
      const share = (1 + Math.cos(Math.PI * progress)) / 2;
      return schedule.finalLearningRate + (learningRate - schedule.finalLearningRate) * share;
    }
  }
}
