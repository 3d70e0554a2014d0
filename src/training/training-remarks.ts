/** What is odd about a recipe for a model, though it can be trained. */

import type { Head } from './heads.ts';
import type { ModelSpec } from './model-spec.ts';
import type { LossName } from './recipe.ts';

/** What the layer of an output ends with: `softmax`, `linear`; undefined for layers without an activation. */
function lastActivation({ layers }: ModelSpec, name: string | undefined): string | undefined {
  const last = layers.find((layer) => name !== undefined && layer.name === name) ?? layers[layers.length - 1];
  if (last.type === 'Softmax') return 'softmax';
  if (last.type === 'ReLU') return 'relu';
  return 'activation' in last ? last.activation : undefined;
}

function remarksOn(activation: string | undefined, loss: LossName, whose: string): readonly string[] {
  if (activation === undefined) return [];
  const forNumbers = loss === 'mse' || loss === 'mae' || loss === 'huber';
  if (activation === 'softmax' && forNumbers) {
    return [
      `${whose} ends with softmax, but the loss is ${loss}: classes are learned with "categoricalCrossentropy".`,
    ];
  }
  if (activation === 'sigmoid' && loss === 'categoricalCrossentropy') {
    return [
      `${whose} ends with sigmoid, but the loss is categoricalCrossentropy: it wants softmax, or "binaryCrossentropy".`,
    ];
  }
  if (activation === 'softmax' && loss === 'binaryCrossentropy') {
    return [
      `${whose} ends with softmax, but the loss is binaryCrossentropy: it wants sigmoid, or "categoricalCrossentropy".`,
    ];
  }
  if (activation !== 'softmax' && activation !== 'sigmoid' && !forNumbers) {
    const wanted = loss === 'categoricalCrossentropy' ? 'softmax' : 'sigmoid';
    return [
      `The loss is ${loss}, which wants probabilities, but ${whose.replace(/^The /, 'the ')} ends with ${activation}: end it with ${wanted}.`,
    ];
  }
  if ((activation === 'relu' || activation === 'relu6') && forNumbers) {
    return [`${whose} ends with ${activation}, so it can give no negative number; "linear" can give any.`];
  }
  return [];
}

/** One sentence for each, output by output. */
export function trainingRemarks(model: ModelSpec, heads: readonly Head[]): readonly string[] {
  return heads.flatMap(({ name, loss }) =>
    remarksOn(lastActivation(model, name), loss, name === undefined ? 'The model' : `The output "${name}"`),
  );
}
