/** TensorFlow.js judges the compiled engine: from the same weights and batches, every epoch gives the same numbers. */

import { expect } from 'vitest';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { train } from './job.ts';

export async function expectSameTraining(job: TrainingJob, tolerance = 2e-4): Promise<void> {
  const judge = await train((await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer })).trainer, job);
  const compiled = await train(createCompiledTrainer().trainer, job);
  for (const [index, expected] of judge.history.entries()) {
    const actual = compiled.history[index];
    const pairs: [string, number, number][] = [
      ['loss', actual.loss, expected.loss],
      ['valLoss', actual.valLoss, expected.valLoss],
      ...Object.keys(expected.metrics).map((name): [string, number, number] => [
        name,
        actual.metrics[name],
        expected.metrics[name],
      ]),
      ...Object.keys(expected.valMetrics).map((name): [string, number, number] => [
        `val ${name}`,
        actual.valMetrics[name],
        expected.valMetrics[name],
      ]),
    ];
    for (const [name, a, b] of pairs) {
      expect(Math.abs(a - b), `epoch ${index + 1} ${name}: ${a} against ${b}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(b)),
      );
    }
  }
  expect(compiled.bestEpoch).toBe(judge.bestEpoch);
  for (const [index, weight] of judge.model.weights.entries()) {
    const own = compiled.model.weights[index];
    expect(own.name).toBe(weight.name);
    const initial = job.initialWeights[index].data;
    let moved = 0;
    for (let i = 0; i < weight.data.length; i++) {
      moved = Math.max(moved, Math.abs(weight.data[i] - initial[i]));
      expect(Math.abs(own.data[i] - weight.data[i]), `${weight.name}[${i}]`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(weight.data[i])),
      );
    }
    expect(moved, `${weight.name} was trained`).toBeGreaterThan(0);
  }
}
