/** Samples in the order in which a pass over them takes them; what an engine sees of a data set. */

import { MOST_DRAWN_PLACES } from '../../core/orders/computed-order.ts';
import { createRandom } from '../../core/random.ts';
import { elementCount } from '../../core/tensor.ts';
import { batchOrder } from '../batch-order.ts';
import type { Recipe } from '../recipe.ts';
import type { Augment, LabelledSamples, Partners } from '../trainer.ts';
import { balancedOrder, samplesByClass } from './balanced-order.ts';
import type { SampleRows } from './sample-rows.ts';

/** What a model is to give for them. */
export function targetsOf({ x, y }: LabelledSamples): SampleRows {
  return y === 'input' ? x : y;
}

/** What decides the samples of each epoch. */
export interface SampleJob {
  readonly recipe: Pick<Recipe, 'balance'>;
  readonly seed: number;
  readonly train: LabelledSamples;
  readonly augment?: Augment | undefined;
}

export interface SampleStream {
  readonly count: number;
  /** Puts the samples from `start` on and their targets into the beginning of `x` and `y`. */
  read(start: number, rows: number, x: Float32Array, y: Float32Array): void;
}

/** As they lie. */
export function samplesInOrder({ x, y }: LabelledSamples): SampleStream {
  const size = elementCount(x.shape);
  return {
    count: x.count,
    read(start, rows, inputs, targets) {
      x.read(start, rows, inputs);
      if (y === 'input') targets.set(inputs.subarray(0, rows * size));
      else y.read(start, rows, targets);
    },
  };
}

function partnersAmong({ x, y }: LabelledSamples): Partners {
  return {
    count: x.count,
    read(index, inputs, targets) {
      x.read(index, 1, inputs);
      if (y !== 'input') y.read(index, 1, targets);
    },
  };
}

/** Augments samples in a batch; each has random numbers of its own, by its place in its epoch. */
function createAugmenter({ train, seed }: SampleJob, augment: Augment) {
  const size = elementCount(train.x.shape);
  const width = train.y === 'input' ? 0 : elementCount(train.y.shape);
  const partners = partnersAmong(train);
  return (epoch: number, start: number, rows: number, x: Float32Array, y: Float32Array): void => {
    for (let row = 0; row < rows; row++) {
      augment(
        x.subarray(row * size, (row + 1) * size),
        y.subarray(row * width, (row + 1) * width),
        createRandom(seed, `augmentation:${epoch}:${start + row}`),
        partners,
      );
    }
  };
}

/** Puts the samples at the places from `start` on into an array. */
type FillOrder = (start: number, into: Uint32Array) => void;

function createBalancedOrder(classes: readonly Uint32Array[], seed: number, epoch: number): FillOrder {
  let next = balancedOrder(classes, seed, epoch);
  let place = 0;
  return (start, into) => {
    if (start < place) {
      next = balancedOrder(classes, seed, epoch);
      place = 0;
    }
    for (; place < start; place++) next();
    for (let i = 0; i < into.length; i++) into[i] = next();
    place += into.length;
  };
}

function createOrder({ recipe, seed, train }: SampleJob): (epoch: number) => FillOrder {
  if (recipe.balance !== 'batches') {
    return (epoch) => (start, into) => void batchOrder(seed, epoch, train.x.count, into, start);
  }
  const classes = samplesByClass(train);
  return (epoch) => createBalancedOrder(classes, seed, epoch);
}

/** The training samples of each epoch, shuffled and augmented by seed and epoch alone. An epoch ends where the next begins. */
export function trainingSamples(job: SampleJob): (epoch: number) => SampleStream {
  const { x, y } = job.train;
  const { count } = x;
  const size = elementCount(x.shape);
  const width = y === 'input' ? 0 : elementCount(y.shape);
  const augment = job.augment === undefined ? undefined : createAugmenter(job, job.augment);
  const orderOf = createOrder(job);
  // One part for all epochs: of many samples it is large.
  const places = new Uint32Array(Math.min(count, MOST_DRAWN_PLACES));
  return (epoch) => {
    const fillOrder = orderOf(epoch);
    let first = 0;
    let part = places.subarray(0, 0);
    const partWith = (place: number): Uint32Array => {
      if (place < first || place >= first + part.length) {
        first = place - (place % places.length);
        // Rows tell orders apart by their identity, so that each part has a view of its own.
        part = places.subarray(0, count - first);
        fillOrder(first, part);
      }
      return part;
    };
    return {
      count,
      read(start, rows, inputs, targets) {
        for (let done = 0; done < rows; ) {
          const order = partWith(start + done);
          const from = start + done - first;
          const taken = Math.min(rows - done, order.length - from);
          x.gather(order, from, taken, done === 0 ? inputs : inputs.subarray(done * size));
          if (y !== 'input')
            y.gather(order, from, taken, done === 0 ? targets : targets.subarray(done * width));
          done += taken;
        }
        augment?.(epoch, start, rows, inputs, targets);
        if (y === 'input') targets.set(inputs.subarray(0, rows * size));
      },
    };
  };
}
