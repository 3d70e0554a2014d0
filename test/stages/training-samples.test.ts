/** What is held and what is read from files trains the same bytes. */

import { expect, it } from 'vitest';
import { memoryStore } from '../../src/artifacts/memory-store.ts';
import type { Artifact } from '../../src/artifacts/store.ts';
import { createRandom } from '../../src/core/random.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { openTrainingSamples } from '../../src/stages/training-samples.ts';
import { createCompiledTrainer } from '../../src/training/compiled/engine.ts';
import { jobOf, train } from '../training/compiled/job.ts';

const COUNTS = { train: 501, validation: 77 } as const;

function datasetOf(counts: Readonly<Record<string, number>>, targets = counts): Artifact {
  const random = createRandom(4, 'dataset');
  const draw = (rows: number, width: number): Uint8Array =>
    writeNpy(
      'float32',
      [rows, width],
      Float32Array.from({ length: rows * width }, () => random.normal()),
    );
  const files = Object.entries(counts).flatMap(([split, count]): [string, Uint8Array][] => [
    [`x_${split}.npy`, draw(count, 4)],
    [`y_${split}.npy`, draw(targets[split], 2)],
  ]);
  return memoryStore().write({
    kind: 'dataset',
    stage: 'dataset',
    options: {},
    overrides: {},
    seed: 1,
    tool: 'a test',
    inputs: [],
    files: new Map(files),
    metrics: {},
    interrupted: false,
    createdAt: new Date(0),
    seconds: 0,
  });
}

it('the same weights and losses, whether the samples are held or read from the files', async () => {
  const job = jobOf(
    [
      { type: 'Dense', units: 5, activation: 'relu' },
      { type: 'Dense', units: 2 },
    ],
    [4],
    { metrics: ['mae'], batchSize: 16 },
    2,
  );
  const results = [];
  for (const heldBytes of [undefined, 0]) {
    const samples = openTrainingSamples(datasetOf(COUNTS), heldBytes);
    results.push(await train(createCompiledTrainer().trainer, { ...job, ...samples }));
    samples.close();
  }
  expect(results[0]).toStrictEqual(results[1]);
  expect(results[0].history).toHaveLength(3);
});

it('inputs without targets are refused', () => {
  expect(() => openTrainingSamples(datasetOf(COUNTS, { ...COUNTS, validation: 76 }))).toThrow(
    'x_validation.npy has 77 records, y_validation.npy has 76',
  );
});
