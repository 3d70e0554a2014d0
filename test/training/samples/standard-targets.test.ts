/** Targets of mean 0 and deviation 1 in training, and a model that speaks their own units. */

import { expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { recipeSchema } from '../../../src/training/recipe.ts';
import { rowsInMemory } from '../../../src/training/samples/sample-rows.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import { type StandardTargets, standardTargets } from '../../../src/training/samples/standard-targets.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { LabelledSamples, TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { allRows } from '../all-rows.ts';
import { jobOf, train } from '../compiled/job.ts';

/** Two lines, one far from 0 and wide, one a constant. */
function lines(count: number, purpose: string): LabelledSamples {
  const random = createRandom(3, purpose);
  const x = Float32Array.from({ length: count * 2 }, () => random.normal());
  const y = Float32Array.from({ length: count * 2 }, (_, i) =>
    i % 2 === 0 ? 5000 + 300 * x[i] - 100 * x[i + 1] : 7,
  );
  return { x: rowsInMemory({ data: x, shape: [count, 2] }), y: rowsInMemory({ data: y, shape: [count, 2] }) };
}

const jobWith = (layers: readonly object[], recipe: object = {}): TrainingJob => ({
  ...jobOf(
    layers,
    [2],
    { targets: 'standard', learningRate: 0.3, epochs: 30, metrics: ['mae'], ...recipe },
    2,
  ),
  train: lines(200, 'train'),
  validation: lines(50, 'validation'),
});

const DENSE = [{ type: 'Dense', units: 2 }];

it('the scaled targets have mean 0 and deviation 1, by the training split alone', () => {
  const { job } = standardTargets(jobWith(DENSE)) as StandardTargets;
  const values = allRows(targetsOf(job.train));
  const first = values.filter((_, i) => i % 2 === 0);
  const mean = first.reduce((sum, value) => sum + value, 0) / 200;
  expect(mean).toBeCloseTo(0, 6);
  expect(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200).toBeCloseTo(1, 5);
  expect(values.filter((_, i) => i % 2 === 1)).toEqual(new Float32Array(200));
  const validation = allRows(targetsOf(job.validation)).filter((_, i) => i % 2 === 0);
  expect(validation.reduce((sum, value) => sum + value, 0) / 50).not.toBeCloseTo(0, 3);
});

it('gathers what it reads', () => {
  const { job } = standardTargets(jobWith(DENSE)) as StandardTargets;
  const all = allRows(targetsOf(job.train));
  const into = new Float32Array(4);
  targetsOf(job.train).gather(Uint32Array.of(9, 4, 7), 1, 2, into);
  expect(into).toEqual(Float32Array.of(all[8], all[9], all[14], all[15]));
});

it.each(['compiled', 'cpu'] as const)('the model gives the targets themselves, on %s', async (name) => {
  const { trainer } =
    name === 'compiled'
      ? createCompiledTrainer()
      : await createTrainer({ backend: name }, { tfjs: tfjsTrainer });
  const { model, history } = await train(trainer, jobWith(DENSE));
  const [kernel, bias] = model.weights.map(({ data }) => [...data]);
  expect(kernel[0]).toBeCloseTo(300, 0);
  expect(kernel[2]).toBeCloseTo(-100, 0);
  expect(bias[0]).toBeCloseTo(5000, 0);
  expect(bias[1]).toBeCloseTo(7, 3);
  // Losses are those of the scaled targets.
  expect(history[0].valLoss).toBeLessThan(5);
});

it('a training that goes on comes to the model of one that was never stopped', async () => {
  const { trainer } = createCompiledTrainer();
  const job = jobWith(DENSE, { epochs: 5 });
  const whole = await train(trainer, job);
  const stop = new AbortController();
  let left: Uint8Array | undefined;
  const progress = {
    load: () => left,
    save(bytes: Uint8Array) {
      left = bytes;
    },
  };
  await trainer.train(job, {
    signal: stop.signal,
    progress,
    onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
  });
  const rest = await trainer.train(job, { signal: new AbortController().signal, progress, onEpoch() {} });
  expect(rest).toStrictEqual(whole);
});

it('folding is float64 arithmetic on the last layer alone, rounded once', () => {
  const layers = [
    { type: 'Dense', units: 2, name: 'hidden' },
    { type: 'Dense', units: 2, name: 'last' },
  ];
  const job = jobWith(layers);
  const weights = ['hidden', 'last'].flatMap((layer) => [
    { name: `${layer}/kernel`, shape: [2, 2], data: Float32Array.of(0.1, 0.2, 0.3, 0.4) },
    { name: `${layer}/bias`, shape: [2], data: Float32Array.of(0.5, 0.25) },
  ]);
  const model = (standardTargets(job) as StandardTargets).inTargetUnits({ topology: job.topology, weights });
  const targets = allRows(targetsOf(job.train)).filter((_, i) => i % 2 === 0);
  const mean = targets.reduce((sum, value) => sum + value, 0) / 200;
  const deviation = Math.sqrt(targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200);
  expect(model.weights.slice(0, 2)).toStrictEqual(weights.slice(0, 2));
  expect(model.weights[2].data).toEqual(
    Float32Array.of(weights[2].data[0] * deviation, 0.2, weights[2].data[2] * deviation, 0.4),
  );
  expect(model.weights[3].data).toEqual(Float32Array.of(0.5 * deviation + mean, 7.25));
});

it.each([
  [[{ type: 'Dense', units: 2, activation: 'relu' }], 'ends with Dense with the activation "relu"'],
  [[{ type: 'Dense', units: 2, useBias: false }], 'ends with Dense without a bias'],
  [[...DENSE, { type: 'ReLU' }], 'ends with ReLU'],
])('a last layer that cannot take the scale is refused %#', async (layers, message) => {
  await expect(train(createCompiledTrainer().trainer, jobWith(layers))).rejects.toThrow(message);
});

it('standard targets are for numbers', () => {
  for (const recipe of [{ loss: 'binaryCrossentropy' }, { metrics: ['auc'] }, { metrics: ['accuracy'] }]) {
    expect(recipeSchema.safeParse({ targets: 'standard', ...recipe }).error?.issues[0].path).toEqual([
      'targets',
    ]);
    expect(recipeSchema.safeParse({ targets: 'as-is', ...recipe }).success).toBe(true);
  }
});
