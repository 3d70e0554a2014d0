/** What is odd about a recipe for a model, though it can be trained. */

import type { ModelSpec } from './model-spec.ts';
import type { Recipe } from './recipe.ts';

/** What the last layer ends with: `softmax`, `linear`; undefined for layers without an activation. */
function lastActivation({ layers }: ModelSpec): string | undefined {
  const last = layers[layers.length - 1];
  if (last.type === 'Softmax') return 'softmax';
  if (last.type === 'ReLU') return 'relu';
  return 'activation' in last ? last.activation : undefined;
}

/** One sentence for each. */
export function trainingRemarks(model: ModelSpec, { loss }: Recipe): readonly string[] {
  const activation = lastActivation(model);
  if (activation === undefined) return [];
  const forNumbers = loss === 'mse' || loss === 'mae' || loss === 'huber';
  if (activation === 'softmax' && forNumbers) {
    return [
      `The model ends with softmax, but the loss is ${loss}: classes are learned with "categoricalCrossentropy".`,
    ];
  }
  if (activation === 'sigmoid' && loss === 'categoricalCrossentropy') {
    return [
      'The model ends with sigmoid, but the loss is categoricalCrossentropy: it wants softmax, or "binaryCrossentropy".',
    ];
  }
  if (activation === 'softmax' && loss === 'binaryCrossentropy') {
    return [
      'The model ends with softmax, but the loss is binaryCrossentropy: it wants sigmoid, or "categoricalCrossentropy".',
    ];
  }
  if (activation !== 'softmax' && activation !== 'sigmoid' && !forNumbers) {
    const wanted = loss === 'categoricalCrossentropy' ? 'softmax' : 'sigmoid';
    return [
      `The loss is ${loss}, which wants probabilities, but the model ends with ${activation}: end it with ${wanted}.`,
    ];
  }
  if ((activation === 'relu' || activation === 'relu6') && forNumbers) {
    return [`The model ends with ${activation}, so it can give no negative number; "linear" can give any.`];
  }
  return [];
}
