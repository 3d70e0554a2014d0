import { describe, expect, it } from 'vitest';
import { headsOf } from '../../src/training/heads.ts';
import { modelSpecSchema } from '../../src/training/model-spec.ts';
import { recipeSchema } from '../../src/training/recipe.ts';
import { trainingRemarks } from '../../src/training/training-remarks.ts';

function remarksOn(model: object, recipe: object = {}): readonly string[] {
  return trainingRemarks(modelSpecSchema.parse(model), headsOf({ recipe: recipeSchema.parse(recipe) }));
}

function remarks(activation: string, loss: string): readonly string[] {
  const layers = [{ type: 'Dense', units: 2, activation }];
  return remarksOn({ layers }, { loss });
}

describe('trainingRemarks', () => {
  it.each([
    ['softmax', 'mse', 'ends with softmax, but the loss is mse'],
    ['softmax', 'binaryCrossentropy', 'it wants sigmoid'],
    ['sigmoid', 'categoricalCrossentropy', 'it wants softmax'],
    ['linear', 'categoricalCrossentropy', 'end it with softmax'],
    ['tanh', 'binaryCrossentropy', 'end it with sigmoid'],
    ['relu', 'mae', 'can give no negative number'],
  ])('%s with %s', (activation, loss, sentence) => {
    expect(remarks(activation, loss)).toEqual([expect.stringContaining(sentence)]);
  });

  it.each([
    ['softmax', 'categoricalCrossentropy'],
    ['sigmoid', 'binaryCrossentropy'],
    ['sigmoid', 'mse'],
    ['linear', 'huber'],
  ])('none of %s with %s', (activation, loss) => {
    expect(remarks(activation, loss)).toEqual([]);
  });

  it('none of a layer without an activation', () => {
    expect(remarksOn({ layers: [{ type: 'Flatten' }] })).toEqual([]);
  });
});
