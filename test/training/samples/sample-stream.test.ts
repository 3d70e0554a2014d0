/** What engines get: every sample once an epoch, augmented by seed, epoch and place alone. */

import { describe, expect, it } from 'vitest';
import { MOST_DRAWN_PLACES } from '../../../src/core/orders/computed-order.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { rowsInMemory, type SampleRows } from '../../../src/training/samples/sample-rows.ts';
import { samplesInOrder, trainingSamples } from '../../../src/training/samples/sample-stream.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { Augment, LabelledSamples, TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { allRows } from '../all-rows.ts';
import { jobOf, train } from '../compiled/job.ts';

const DENSE = [{ type: 'Dense', units: 3 }];

/** Noise on the input, a shift of the target, and a part of another sample. */
const augment: Augment = (x, y, random, partners) => {
  const [otherX, otherY] = [new Float32Array(x.length), new Float32Array(y.length)];
  partners.read(random.below(partners.count), otherX, otherY);
  for (let i = 0; i < x.length; i++) x[i] = x[i] + random.normal() + otherX[i] / 4;
  for (let i = 0; i < y.length; i++) y[i] = y[i] + random.uniform() + otherY[i] / 4;
};

/** Inputs and targets of an epoch, read in batches. */
function epochOf(job: TrainingJob, epoch: number, batch: number): Float32Array[] {
  const { count, read } = trainingSamples(job)(epoch);
  const [x, y] = [new Float32Array(count * 4), new Float32Array(count * 3)];
  for (let start = 0; start < count; start += batch) {
    read(start, Math.min(batch, count - start), x.subarray(start * 4), y.subarray(start * 3));
  }
  return [x, y];
}

it('an epoch has every sample once, and the next has them in another order', () => {
  const job = jobOf(DENSE, [4]);
  const samplesOf = trainingSamples(job);
  const firstValues = [1, 2].map((epoch) => {
    const x = new Float32Array(29 * 4);
    samplesOf(epoch).read(0, 29, x, new Float32Array(29 * 3));
    return [...x].filter((_, i) => i % 4 === 0);
  });
  const all = [...allRows(job.train.x)].filter((_, i) => i % 4 === 0);
  for (const values of firstValues) expect(values.toSorted()).toEqual(all.toSorted());
  expect(firstValues[0]).not.toEqual(firstValues[1]);
});

/** Sample i is i, of class 1 where `isRare`. */
function numbered(count: number, isRare: (sample: number) => boolean): LabelledSamples {
  const all = (of: (sample: number) => number): SampleRows =>
    rowsInMemory({
      data: Float32Array.from({ length: count }, (_, sample) => of(sample)),
      shape: [count, 1],
    });
  return { x: all((sample) => sample), y: all((sample) => Number(isRare(sample))) };
}

describe('an epoch of so many samples that its order is made in parts', () => {
  const count = MOST_DRAWN_PLACES + 1000;
  const isRare = (sample: number): boolean => sample % 100 === 0;
  const train = numbered(count, isRare);

  /** Samples at places, in batches that do not end where parts do; each with its own target. */
  function samplesAt(balance: 'batches' | undefined, start: number, end: number): Float32Array {
    const { read } = trainingSamples({ recipe: { balance }, seed: 1, train })(1);
    const [x, y] = [new Float32Array(end - start), new Float32Array(end - start)];
    for (let place = start; place < end; place += 300) {
      const rows = Math.min(300, end - place);
      read(place, rows, x.subarray(place - start), y.subarray(place - start));
    }
    for (const [place, sample] of x.entries())
      if (y[place] !== Number(isRare(sample))) throw new Error(`${sample}`);
    return x;
  }

  it('has every sample once', () => {
    const seen = new Set(samplesAt(undefined, 0, count));
    expect(seen.size).toBe(count);
  });

  it.each([undefined, 'batches' as const])('is the same wherever it is read from, balance %s', (balance) => {
    const whole = samplesAt(balance, 0, count);
    expect(samplesAt(balance, MOST_DRAWN_PLACES - 7, count)).toEqual(whole.slice(MOST_DRAWN_PLACES - 7));
    const { read } = trainingSamples({ recipe: { balance }, seed: 1, train })(1);
    const [x, y] = [new Float32Array(50), new Float32Array(50)];
    for (const start of [MOST_DRAWN_PLACES + 10, 20]) {
      read(start, 50, x, y);
      expect(x).toEqual(whole.slice(start, start + 50));
    }
  });

  it('has as much of one class as of another in balanced batches', () => {
    const rare = samplesAt('batches', 0, count).filter(isRare);
    expect(rare).toHaveLength(count / 2);
    expect(new Set(rare).size).toBe(Math.ceil(count / 100));
  });
});

it('augmentation depends on seed, epoch and place, and not on batches', () => {
  const plain = jobOf(DENSE, [4]);
  const job = { ...plain, augment };
  const whole = epochOf(job, 3, 29);
  expect(epochOf(job, 3, 8)).toStrictEqual(whole);
  expect(epochOf(job, 2, 29)).not.toEqual(whole);
  expect(epochOf({ ...job, seed: 3 }, 3, 29)).not.toEqual(whole);
  expect(epochOf(plain, 3, 29)).not.toEqual(whole);
  const before = allRows(plain.train.x);
  expect(before).toStrictEqual(allRows(jobOf(DENSE, [4]).train.x));
});

it('the same augmented samples in both engines; validation is left alone', async () => {
  const job = { ...jobOf(DENSE, [4], { metrics: [] }), augment };
  const ours = await train(createCompiledTrainer().trainer, job);
  const theirs = await train((await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer })).trainer, job);
  for (const [index, record] of ours.history.entries()) {
    expect(record.loss).toBeCloseTo(theirs.history[index].loss, 5);
    expect(record.valLoss).toBeCloseTo(theirs.history[index].valLoss, 5);
  }
  const plain = await train(createCompiledTrainer().trainer, { ...job, augment: undefined });
  expect(plain.history[0].loss).not.toBeCloseTo(ours.history[0].loss, 2);
  const untouched = new Float32Array(13 * 4);
  samplesInOrder(job.validation).read(0, 13, untouched, new Float32Array(13 * 3));
  expect(untouched).toStrictEqual(allRows(job.validation.x));
});

it('a training that goes on augments as one that was never stopped', async () => {
  const job = { ...jobOf(DENSE, [4], { epochs: 5 }), augment };
  const whole = await train(createCompiledTrainer().trainer, job);
  const stop = new AbortController();
  let left: Uint8Array | undefined;
  const progress = {
    load: () => left,
    save(bytes: Uint8Array) {
      left = bytes;
    },
  };
  const { trainer } = createCompiledTrainer();
  await trainer.train(job, {
    signal: stop.signal,
    progress,
    onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
  });
  const rest = await trainer.train(job, { signal: new AbortController().signal, progress, onEpoch() {} });
  expect(rest).toStrictEqual(whole);
});

/** An autoencoder of signals of 3 × 2, flattened and as they are. */
const FLAT = [{ type: 'Flatten' }, { type: 'Dense', units: 6 }];
const SAME = [...FLAT, { type: 'Reshape', targetShape: [3, 2] }];

it.each([
  ['flattened', FLAT],
  ['as it is', SAME],
])('an input that is its own target, %s, trains as a copy of it would', async (_, layers) => {
  const job = jobOf(layers, [3, 2], { metrics: ['mae', 'auc'] });
  const copied = ({ x }: { x: SampleRows }) => ({
    x,
    y: rowsInMemory({ data: allRows(x), shape: [x.count, ...(layers === FLAT ? [6] : [3, 2])] }),
  });
  const itself = ({ x }: { x: SampleRows }) => ({ x, y: 'input' as const });
  for (const { trainer } of [
    createCompiledTrainer(),
    await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer }),
  ]) {
    const [one, other] = await Promise.all(
      [itself, copied].map((of) =>
        train(trainer, { ...job, train: of(job.train), validation: of(job.validation) }),
      ),
    );
    expect(one).toStrictEqual(other);
  }
});

it('an augmented input that is its own target is the target as augmented', () => {
  const job = jobOf(FLAT, [3, 2], {}, 6);
  const [x, y] = [new Float32Array(29 * 6), new Float32Array(29 * 6)];
  const noise: Augment = (values, targets, random) => {
    expect(targets).toHaveLength(0);
    values[0] = random.normal();
  };
  trainingSamples({ ...job, train: { ...job.train, y: 'input' }, augment: noise })(1).read(0, 29, x, y);
  expect(y).toStrictEqual(x);
  expect(x).not.toEqual(allRows(job.train.x));
});

it('an output of another shape than the input is refused', async () => {
  const job = jobOf([{ type: 'Flatten' }, { type: 'Dense', units: 5 }], [3, 2]);
  const itself = { x: job.train.x, y: 'input' as const };
  await expect(
    train(createCompiledTrainer().trainer, { ...job, train: itself, validation: itself }),
  ).rejects.toThrow('The model is to give its input again, which has shape [3, 2], but it gives [5].');
});
