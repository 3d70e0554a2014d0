/** Samples in the order in which a pass over them takes them; what an engine sees of a data set. */

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

/** How each epoch's order comes into an array. */
function createOrder({ recipe, seed, train }: SampleJob): (epoch: number, into: Uint32Array) => Uint32Array {
  if (recipe.balance !== 'batches') return (epoch, into) => batchOrder(seed, epoch, train.x.count, into);
  const classes = samplesByClass(train);
  return (epoch, into) => balancedOrder(classes, seed, epoch, into);
}

/** The training samples of each epoch, shuffled and augmented by seed and epoch alone. An epoch ends where the next begins. */
export function trainingSamples(job: SampleJob): (epoch: number) => SampleStream {
  const { x, y } = job.train;
  const size = elementCount(x.shape);
  const augment = job.augment === undefined ? undefined : createAugmenter(job, job.augment);
  const orderOf = createOrder(job);
  // One for all epochs: of many samples it is large.
  const places = new Uint32Array(x.count);
  return (epoch) => {
    // Rows tell orders apart by their identity, so that each epoch has a view of its own.
    const order = orderOf(epoch, places.subarray());
    return {
      count: order.length,
      read(start, rows, inputs, targets) {
        x.gather(order, start, rows, inputs);
        if (y !== 'input') y.gather(order, start, rows, targets);
        augment?.(epoch, start, rows, inputs, targets);
        if (y === 'input') targets.set(inputs.subarray(0, rows * size));
      },
    };
  };
}
