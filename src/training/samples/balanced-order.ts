/** The order of samples in epochs whose batches have as much of one class as of another. */

import { inputError } from '../../core/errors.ts';
import { computedOrder, MOST_DRAWN_PLACES } from '../../core/orders/computed-order.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import type { LabelledSamples } from '../trainer.ts';
import { forEachBlock, type SampleRows } from './sample-rows.ts';

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

/** Calls `see` with each sample's class. Throws `balance-needs-classes` (input). */
function forEachClass(y: SampleRows, see: (named: number, sample: number) => void): void {
  const width = elementCount(y.shape);
  let sample = 0;
  forEachBlock(y, (values) => {
    for (let start = 0; start < values.length; start += width) {
      const named = classOf(values, start, width);
      if (named === undefined) {
        throw notClasses(
          `that of training sample ${sample + 1} is ${width === 1 ? values[start] : `[${values.subarray(start, start + Math.min(width, 10)).join(', ')}${width > 10 ? ', …' : ''}]`}`,
        );
      }
      see(named, sample++);
    }
  });
}

/** The samples of each class that has any, in order. Throws `balance-needs-classes` (input). */
export function samplesByClass({ y }: LabelledSamples): readonly Uint32Array[] {
  if (y === 'input') throw notClasses('the targets are the inputs');
  const counts = new Uint32Array(Math.max(2, elementCount(y.shape)));
  forEachClass(y, (named) => {
    counts[named]++;
  });
  const members = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(counts.length);
  forEachClass(y, (named, sample) => {
    members[named][filled[named]++] = sample;
  });
  return members.filter(({ length }) => length > 0);
}

/** A class's samples in random order, and again in another one once all were taken. */
function createDeck(members: Uint32Array, shuffled: () => (place: number) => number): () => number {
  let order: ReturnType<typeof shuffled> | undefined;
  let next = 0;
  return () => {
    if (order === undefined || next === members.length) {
      order = shuffled();
      next = 0;
    }
    return members[order(next++)];
  };
}

function createDecks(classes: readonly Uint32Array[], random: Random): readonly (() => number)[] {
  const samples = classes.reduce((sum, { length }) => sum + length, 0);
  return classes.map((members) => {
    if (samples > MOST_DRAWN_PLACES) return createDeck(members, () => computedOrder(random, members.length));
    const order = new Uint32Array(members.length);
    return createDeck(members, () => {
      random.permutation(members.length, order);
      return (place) => order[place];
    });
  });
}

/**
 * Gives one sample after another without an end, by seed and epoch alone: classes take turns, each turn in random order, and
 * every class gives its samples in random order, those of a rare class again and again, of a common one only some.
 */
export function balancedOrder(classes: readonly Uint32Array[], seed: number, epoch: number): () => number {
  const random = createRandom(seed, `balanced-order:${epoch}`);
  const decks = createDecks(classes, random);
  const turn = new Uint32Array(classes.length);
  let within = turn.length;
  return () => {
    if (within === turn.length) {
      random.permutation(turn.length, turn);
      within = 0;
    }
    return decks[turn[within++]]();
  };
}
