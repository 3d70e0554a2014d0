/** What TensorFlow.js lacks is judged by the formulas of Keras 3 in float64, on a model of one Dense layer. */

import { describe, expect, it } from 'vitest';
import { batchOrder } from '../../../src/training/batch-order.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import { tfjsTrainer } from '../../../src/training/tfjs/tfjs-trainer.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { createTrainer } from '../../../src/training/trainers.ts';
import { allRows } from '../all-rows.ts';
import { jobOf, train } from './job.ts';

const INPUTS = 4;
const OUTPUTS = 3;
const COUNT = (INPUTS + 1) * OUTPUTS;

/** Of the mean squared error of y = x · kernel + bias; weights are [inputs + 1, outputs], the bias last. */
function gradientOf(weights: readonly number[], { train }: TrainingJob, rows: Uint32Array): number[] {
  const x = allRows(train.x);
  const y = allRows(targetsOf(train));
  const gradient = new Array<number>(COUNT).fill(0);
  for (const row of rows) {
    const inputs = [...x.subarray(row * INPUTS, (row + 1) * INPUTS), 1];
    for (let j = 0; j < OUTPUTS; j++) {
      const output = inputs.reduce((sum, value, i) => sum + value * weights[i * OUTPUTS + j], 0);
      const error = (2 * (output - y[row * OUTPUTS + j])) / (rows.length * OUTPUTS);
      for (let i = 0; i <= INPUTS; i++) gradient[i * OUTPUTS + j] += error * inputs[i];
    }
  }
  return gradient;
}

type Step = (weights: number[], gradient: number[], rate: number) => number[];

/** Three epochs of a step, in float64. */
function weightsAfter(job: TrainingJob, step: Step): number[] {
  const { batchSize, learningRate, epochs } = job.recipe;
  let weights = job.initialWeights.flatMap(({ data }) => [...data]);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = batchOrder(job.seed, epoch, job.train.x.count);
    for (let start = 0; start < order.length; start += batchSize) {
      const rows = order.subarray(start, start + batchSize);
      weights = step(weights, gradientOf(weights, job, rows), learningRate);
    }
  }
  return weights;
}

const sgd: Step = (weights, gradient, rate) => weights.map((w, i) => w - rate * gradient[i]);

function adam(): Step {
  const [means, squares] = [new Array<number>(COUNT).fill(0), new Array<number>(COUNT).fill(0)];
  let steps = 0;
  return (weights, gradient, rate) => {
    steps++;
    return weights.map((w, i) => {
      means[i] = 0.9 * means[i] + 0.1 * gradient[i];
      squares[i] = 0.999 * squares[i] + 0.001 * gradient[i] ** 2;
      const [m, v] = [means[i] / (1 - 0.9 ** steps), squares[i] / (1 - 0.999 ** steps)];
      return w - (rate * m) / (Math.sqrt(v) + 1e-7);
    });
  };
}

const decayed =
  (step: Step, share: number): Step =>
  (weights, gradient, rate) =>
    step(
      weights.map((w) => w - rate * share * w),
      gradient,
      rate,
    );

let clipped = 0;

const clippedByNorm =
  (step: Step, limit: number): Step =>
  (weights, gradient, rate) => {
    const norm = Math.hypot(...gradient);
    if (norm > limit) clipped++;
    return step(
      weights,
      gradient.map((g) => (norm > limit ? (g * limit) / norm : g)),
      rate,
    );
  };

const clippedByValue =
  (step: Step, limit: number): Step =>
  (weights, gradient, rate) => {
    if (gradient.some((g) => Math.abs(g) > limit)) clipped++;
    return step(
      weights,
      gradient.map((g) => Math.min(Math.max(g, -limit), limit)),
      rate,
    );
  };

const jobWith = (recipe: object): TrainingJob =>
  jobOf([{ type: 'Dense', units: OUTPUTS }], [INPUTS], { learningRate: 0.05, ...recipe }, OUTPUTS);

describe.each(['simd', 'plain'] as const)('on %s', (kind) => {
  async function expectWeights(recipe: object, step: Step): Promise<void> {
    const job = jobWith({ ...recipe });
    const { model, bestEpoch } = await train(createCompiledTrainer(kind).trainer, job);
    expect(bestEpoch).toBe(3);
    const expected = weightsAfter(job, step);
    for (const [i, value] of model.weights.flatMap(({ data }) => [...data]).entries()) {
      expect(value, `weight ${i}`).toBeCloseTo(expected[i], 5);
    }
  }

  it('weightDecay with sgd', () => expectWeights({ optimizer: 'sgd', weightDecay: 0.3 }, decayed(sgd, 0.3)));
  it('adamw', () => expectWeights({ optimizer: 'adamw', weightDecay: 0.3 }, decayed(adam(), 0.3)));
  it('adamw by default', () => expectWeights({ optimizer: 'adamw' }, decayed(adam(), 0.004)));
  it('adam', () => expectWeights({ optimizer: 'adam' }, adam()));

  it.each([
    ['clipNorm', { clipNorm: 1 }, () => clippedByNorm(sgd, 1)],
    ['clipValue', { clipValue: 0.6 }, () => clippedByValue(sgd, 0.6)],
    [
      'clipNorm and weightDecay',
      { clipNorm: 1, weightDecay: 0.3 },
      () => clippedByNorm(decayed(sgd, 0.3), 1),
    ],
  ])('%s clips some steps and leaves the others', async (_, recipe, step) => {
    clipped = 0;
    await expectWeights({ optimizer: 'sgd', ...recipe }, step());
    expect(clipped).toBeGreaterThan(1);
    expect(clipped).toBeLessThan(12);
  });
});

it.each([
  [{ optimizer: 'adamw' }, 'has no optimizer "adamw"'],
  [{ optimizer: 'adam', weightDecay: 0.1 }, 'has no "weightDecay"'],
  [{ optimizer: 'sgd', clipNorm: 1 }, 'has no "clipNorm"'],
  [{ optimizer: 'rmsprop', clipValue: 1 }, 'has no "clipValue"'],
])('TensorFlow.js refuses %j', async (recipe, message) => {
  const { trainer } = await createTrainer({ backend: 'cpu' }, { tfjs: tfjsTrainer });
  await expect(train(trainer, jobWith(recipe))).rejects.toMatchObject({
    kind: 'unsupported',
    code: 'engine-without-option',
    message: expect.stringContaining(message),
    hint: 'Train with --engine compiled.',
  });
});
