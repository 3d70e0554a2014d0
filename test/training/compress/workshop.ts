/** What methods are lent in tests: random samples, and nothing on disk. */

import { createRandom } from '../../../src/core/random.ts';
import { silentReporter } from '../../../src/core/reporter.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import type { Workshop } from '../../../src/training/compress/method.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory, type SampleRows } from '../../../src/training/samples/sample-rows.ts';
import type { LabelledSamples } from '../../../src/training/trainer.ts';

const COUNT = 40;

export function drawnRows(shape: Shape, count = COUNT): SampleRows {
  const random = createRandom(9, `workshop:${shape}`);
  const data = Float32Array.from({ length: count * elementCount(shape) }, () => random.normal());
  return rowsInMemory({ data, shape: [count, ...shape] });
}

/** Classes by turns, one-hot. */
export function classRows(classes: number, count = COUNT): SampleRows {
  const data = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) data[row * classes + (row % classes)] = 1;
  return rowsInMemory({ data, shape: [count, classes] });
}

export function workshopFor(train: LabelledSamples, rest: Partial<Workshop> = {}): Workshop {
  return {
    seed: 1,
    report: silentReporter,
    signal: new AbortController().signal,
    train,
    validation: train,
    recipe: recipeSchema.parse({ metrics: [], epochs: 5 }),
    cost: () => {
      throw new Error('costs are not asked here');
    },
    readModel: () => {
      throw new Error('no file is read here');
    },
    ...rest,
  };
}
