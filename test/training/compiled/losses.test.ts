import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { LOSSES } from '../../../src/training/compiled/losses.ts';
import { LOSSES as NAMES } from '../../../src/training/recipe.ts';

it.each(NAMES)('%s tells its value along with its gradient', (name) => {
  const random = createRandom(1, 'values of losses');
  const [rows, width] = [7, 5];
  // Some of them are clipped, and some differ by more than 1.
  const outputs = Float32Array.from({ length: rows * width }, (_, i) =>
    i % 6 === 0 ? 0 : random.uniform() * (name === 'binaryCrossentropy' ? 1 : 3),
  );
  const targets = Float32Array.from(outputs, () => random.uniform());
  const { value, gradient } = LOSSES[name];
  const told = gradient(outputs, targets, outputs.length, width, new Float32Array(outputs.length));
  expect(told).toBe(value(outputs, targets, outputs.length, width));
});
