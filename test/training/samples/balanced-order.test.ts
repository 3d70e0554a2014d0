/** Balanced epochs have the same number of every class, whatever the data has, by seed and epoch alone. */

import { expect, it } from 'vitest';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { balancedOrder, samplesByClass } from '../../../src/training/samples/balanced-order.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import type { LabelledSamples } from '../../../src/training/trainer.ts';
import { jobOf, train } from '../compiled/job.ts';

function labelled(y: number[], width: number): LabelledSamples {
  const count = y.length / width;
  return {
    x: rowsInMemory({ data: new Float32Array(count), shape: [count, 1] }),
    y: rowsInMemory({ data: Float32Array.from(y), shape: [count, width] }),
  };
}

/** 90 of class 0, 7 of class 1, none of class 2, 3 of class 3. */
const CLASSES = Array.from({ length: 100 }, (_, i) => (i % 33 === 32 ? 3 : i % 14 === 13 ? 1 : 0));
const ONE_HOT = labelled(
  CLASSES.flatMap((own) => [0, 1, 2, 3].map((other) => Number(own === other))),
  4,
);

it('every batch of whole turns has as many of each class, and the common class loses nothing over epochs', () => {
  const members = samplesByClass(ONE_HOT);
  expect(members.map(({ length }) => length)).toEqual([90, 7, 3]);
  const seen = new Set<number>();
  for (let epoch = 1; epoch <= 20; epoch++) {
    const order = Uint32Array.from({ length: 100 }, balancedOrder(members, 5, epoch));
    for (let start = 0; start + 12 <= 100; start += 12) {
      const batch = [...order.subarray(start, start + 12)].map((sample) => CLASSES[sample]);
      for (const named of [0, 1, 3]) expect(batch.filter((other) => other === named)).toHaveLength(4);
    }
    for (const sample of order) seen.add(sample);
    // Of 33 draws among 7, none is taken a fifth time before all were taken four times.
    const rare = [...members[1]].map((sample) => order.filter((other) => other === sample).length);
    expect(Math.max(...rare) - Math.min(...rare)).toBeLessThanOrEqual(1);
  }
  expect(seen.size).toBe(100);
});

it('seed and epoch decide', () => {
  const members = samplesByClass(ONE_HOT);
  const of = (seed: number, epoch: number) =>
    Uint32Array.from({ length: 100 }, balancedOrder(members, seed, epoch));
  expect(of(1, 2)).toStrictEqual(of(1, 2));
  expect(of(1, 3)).not.toEqual(of(1, 2));
  expect(of(2, 2)).not.toEqual(of(1, 2));
});

it('one column of 0 and 1 has two classes', () => {
  expect(samplesByClass(labelled([0, 1, 0, 0], 1))).toEqual([Uint32Array.of(0, 2, 3), Uint32Array.of(1)]);
});

it.each([
  [labelled([0, 1, 0.5], 1), 'that of training sample 3 is 0.5'],
  [labelled([1, 0, 0, 0], 2), 'that of training sample 2 is [0, 0]'],
  [labelled([1, 1, 0, 1], 2), 'that of training sample 1 is [1, 1]'],
  [{ ...ONE_HOT, y: 'input' as const }, 'the targets are the inputs'],
])('refuses what is no class %#', (samples, why) => {
  expect(() => samplesByClass(samples)).toThrow(
    `"balance": "batches" needs targets that are classes, one-hot or 0 and 1, but ${why}.`,
  );
});

it('a rare class is learnt that is lost otherwise', async () => {
  const layers = [{ type: 'Dense', units: 1, activation: 'sigmoid' }];
  // One in thirty is positive, and overlaps with the others.
  const samples = (count: number): LabelledSamples => {
    const y = Array.from({ length: count }, (_, i) => Number(i % 30 === 0));
    const x = Float32Array.from(y, (target, i) => target * 2 + Math.sin(i * 12.9898) * 1.5);
    return { x: rowsInMemory({ data: x, shape: [count, 1] }), y: labelled(y, 1).y };
  };
  const logitOfPositives = async (balance: string): Promise<number> => {
    const job = jobOf(
      layers,
      [1],
      { loss: 'binaryCrossentropy', metrics: [], balance, epochs: 20, learningRate: 0.3 },
      1,
    );
    const { model } = await train(createCompiledTrainer().trainer, {
      ...job,
      train: samples(600),
      validation: samples(60),
    });
    const [kernel, bias] = model.weights.map(({ data }) => data[0]);
    return kernel * 2 + bias;
  };
  expect(await logitOfPositives('none')).toBeLessThan(0);
  expect(await logitOfPositives('batches')).toBeGreaterThan(0);
});
