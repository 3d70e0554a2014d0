/** Every backward step against central differences of the forward steps, in float64: no other engine has a say. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { compileModel, writeWeights } from '../../../src/training/compiled/compile-layers.ts';
import { LOSSES } from '../../../src/training/compiled/losses.ts';
import { type Run, view } from '../../../src/training/compiled/run.ts';
import { stepBytes } from '../../../src/training/compiled/training-heap.ts';
import { headsOf } from '../../../src/training/heads.ts';
import { LAYER_TYPES } from '../../../src/training/layer-table.ts';
import { LOSSES as LOSS_NAMES } from '../../../src/training/recipe.ts';
import { columnRows } from '../../../src/training/samples/column-rows.ts';
import { targetsOf } from '../../../src/training/samples/sample-stream.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { allRows } from '../all-rows.ts';
import { float64Memory } from '../float64-memory.ts';
import { jobOf } from './job.ts';
import { coveredTypes, endedCase, LAYER_CASES } from './layer-cases.ts';
import { jobOfOutputs } from './outputs-job.ts';

/** Weights by name, in float64. */
type Weights = ReadonlyMap<string, Float64Array>;

interface Evaluation {
  readonly loss: number;
  /** Of the weights that are learned. */
  readonly gradients: Weights;
}

const BATCH = 5;

/** The first training step of a model: everything anew, so that Dropout drops the same elements each time. */
function evaluate(job: TrainingJob, weights: Weights): Evaluation {
  const { topology, seed, train } = job;
  const model = compileModel(topology, BATCH, seed);
  const { plan, input, outputs } = model;
  const run: Run = {
    ...float64Memory(stepBytes(plan)),
    scratch: plan.bytes,
    samplesAtOnce: plan.samplesAtOnce,
    rows: BATCH,
    training: true,
    steps: 0,
    learningRate: 0,
  };
  for (const initialize of plan.initialize) initialize(run.floats);
  const named = [...weights].map(([name, data]) => ({
    name,
    shape: [],
    data: data as unknown as Float32Array,
  }));
  writeWeights(model, run.floats, named);
  view(run, input.address, BATCH * input.size).set(allRows(train.x).subarray(0, BATCH * input.size));
  plan.forward.run(run);

  let [loss, from] = [0, 0];
  for (const [index, { loss: name, weight }] of headsOf(job).entries()) {
    const output = outputs[index];
    const count = BATCH * output.size;
    const width = output.shape.at(-1) ?? 1;
    const given = view(run, output.address, count);
    const targets = allRows(columnRows(targetsOf(train), from, output.size)).subarray(0, count);
    const { value, gradient } = LOSSES[name];
    const into = view(run, output.gradient ?? 0, count);
    gradient(given, targets, count, width, into);
    for (let i = 0; i < count; i++) into[i] *= weight;
    loss += weight * value(given, targets, count, width);
    from += output.size;
  }
  plan.backward.run(run);
  const gradients = [...model.weights].flatMap(([name, { gradient: address, size }]) =>
    address === undefined ? [] : [[name, Float64Array.from(view(run, address, size))] as const],
  );
  return { loss, gradients: new Map(gradients) };
}

/** A step long enough that rounding of the loss (1e-16) is 1e-11 of a difference, short enough to cross few kinks. */
const STEP = 1e-5;

/**
 * What is left is the third derivative times STEP² / 6, some 1e-10 for networks of this size, and more where
 * BatchNormalization divides by small variances. An error in a formula shows in the first digits.
 */
const TOLERANCE = 1e-6;

function expectTrueGradients(job: TrainingJob): void {
  const random = createRandom(11, 'gradients');
  // Spread, so that no unit sits on the kink of its activation.
  const weights = new Map(
    job.initialWeights.map(({ name, data }) => [
      name,
      Float64Array.from(data, (w) => w + 0.3 * random.uniform()),
    ]),
  );
  const { gradients } = evaluate(job, weights);
  for (const [name, gradient] of gradients) {
    const direction = Float64Array.from(gradient, () => random.normal());
    const length = Math.hypot(...direction);
    const lossAt = (step: number): number => {
      const moved = (weights.get(name) as Float64Array).map((w, i) => w + (step * direction[i]) / length);
      return evaluate(job, new Map(weights).set(name, moved)).loss;
    };
    const expected = (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
    const actual = gradient.reduce((sum, g, i) => sum + (g * direction[i]) / length, 0);
    expect(Math.abs(actual - expected), `${name}: ${actual}, by differences ${expected}`).toBeLessThan(
      TOLERANCE * Math.max(1, Math.abs(expected)),
    );
  }
  const largest = Math.max(...[...gradients.values()].flatMap((gradient) => [...gradient.map(Math.abs)]));
  expect(largest).toBeGreaterThan(0.01);
}

describe('gradients are those of the loss', () => {
  it('has a case for every layer', () => {
    const used = coveredTypes();
    expect(LAYER_TYPES.filter((type) => !used.has(type))).toEqual([]);
  });

  it.each(LAYER_CASES)('%s', (_, shape, layers) => {
    expectTrueGradients(jobOf(endedCase(shape, layers), shape));
  });

  it('several outputs, one of which a layer reads', () => {
    expectTrueGradients(jobOfOutputs());
  });

  it.each(LOSS_NAMES)('loss %s', (loss) => {
    const [activation, kind] =
      loss === 'categoricalCrossentropy'
        ? (['softmax', 'classes'] as const)
        : loss === 'binaryCrossentropy'
          ? (['sigmoid', 'yes-no'] as const)
          : (['linear', 'numbers'] as const);
    const layers = [
      { type: 'Dense', units: 9, activation: 'tanh' },
      { type: 'Dense', units: 3, activation },
    ];
    expectTrueGradients(jobOf(layers, [6], { loss, metrics: [] }, 3, kind));
  });
});
