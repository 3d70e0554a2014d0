/** The order of samples in epochs whose batches have as much of one class as of another. */

import { inputError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import type { LabelledSamples } from '../trainer.ts';
import { forEachBlock } from './sample-rows.ts';

function notClasses(why: string): Error {
  return inputError(
    'balance-needs-classes',
    `"balance": "batches" needs targets that are classes, one-hot or 0 and 1, but ${why}.`,
    'Take "balance" out of "training".',
  );
}

/** The class that a target names: one-hot, or 0 and 1 alone; undefined where it names none. */
function classOf(values: Float32Array, start: number, width: number): number | undefined {
  if (width === 1) return values[start] === 0 || values[start] === 1 ? values[start] : undefined;
  let named: number | undefined;
  for (let i = 0; i < width; i++) {
    const value = values[start + i];
    if (value === 0) continue;
    if (value !== 1 || named !== undefined) return undefined;
    named = i;
  }
  return named;
}

/** The samples of each class that has any, in order. Throws `balance-needs-classes` (input). */
export function samplesByClass({ y }: LabelledSamples): readonly Uint32Array[] {
  if (y === 'input') throw notClasses('the targets are the inputs');
  const width = elementCount(y.shape);
  const classes = new Uint32Array(y.count);
  let sample = 0;
  forEachBlock(y, (values) => {
    for (let start = 0; start < values.length; start += width) {
      const named = classOf(values, start, width);
      if (named === undefined) {
        throw notClasses(
          `that of training sample ${sample + 1} is ${width === 1 ? values[start] : `[${values.subarray(start, start + Math.min(width, 10)).join(', ')}${width > 10 ? ', …' : ''}]`}`,
        );
      }
      classes[sample++] = named;
    }
  });
  const counts = new Uint32Array(Math.max(2, width));
  for (const named of classes) counts[named]++;
  const members = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  for (const [index, named] of classes.entries()) members[named][filled[named]++] = index;
  return members.filter(({ length }) => length > 0);
}

/** One class's samples in random order, and again in another one once all were taken. */
function createDeck(members: Uint32Array, shuffle: (into: Uint32Array) => void): () => number {
  const order = new Uint32Array(members.length);
  let next = members.length;
  return () => {
    if (next === members.length) {
      shuffle(order);
      next = 0;
    }
    return members[order[next++]];
  };
}

/**
 * As many samples as there are, by seed and epoch alone: classes take turns, each turn in random order, and every class gives
 * its samples in random order, those of a rare class again and again, of a common one only some.
 */
export function balancedOrder(
  classes: readonly Uint32Array[],
  seed: number,
  epoch: number,
  into: Uint32Array,
): Uint32Array {
  const random = createRandom(seed, `balanced-order:${epoch}`);
  const decks = classes.map((members) =>
    createDeck(members, (order) => random.permutation(members.length, order)),
  );
  const turn = new Uint32Array(classes.length);
  for (let place = 0; place < into.length; place++) {
    const within = place % turn.length;
    if (within === 0) random.permutation(turn.length, turn);
    into[place] = decks[turn[within]]();
  }
  return into;
}
