/** Training of graphs: what the engine makes of the same network layer by layer, and what a job may ask besides. */

import { describe, expect, it } from 'vitest';
import type { FloatModel } from '../../../src/core/float-model.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { createCompiledTrainer } from '../../../src/training/compiled/engine.ts';
import type { GraphJob } from '../../../src/training/graph/graph-job.ts';
import { learnedConstants, withOwnConstants } from '../../../src/training/graph/learned-constants.ts';
import { trainGraph } from '../../../src/training/graph/train-graph.ts';
import type { TrainingJob } from '../../../src/training/trainer.ts';
import { IMAGE, jobOf, SIGNAL, train } from '../compiled/job.ts';

const HOOKS = { signal: new AbortController().signal, onEpoch: () => {} };

const BRANCHES = [
  { type: 'Conv2D', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'stem' },
  { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', name: 'left' },
  { type: 'Conv2D', filters: 4, kernelSize: 1, activation: 'relu6', name: 'right', inputs: ['stem'] },
  { type: 'Add', inputs: ['left', 'right'], name: 'sum' },
  { type: 'MaxPooling2D', poolSize: 2, name: 'pool' },
  { type: 'Concatenate', inputs: ['pool', 'pool'], name: 'both' },
  { type: 'GlobalAveragePooling2D', name: 'mean', inputs: ['both'] },
];

const CASES: readonly (readonly [string, TrainingJob])[] = [
  [
    'dense',
    jobOf(
      [
        { type: 'Dense', units: 5, activation: 'tanh' },
        { type: 'Dense', units: 3 },
      ],
      [6],
    ),
  ],
  [
    'signals',
    jobOf(
      [
        { type: 'Conv1D', filters: 4, kernelSize: 3, strides: 2, activation: 'relu' },
        { type: 'Flatten' },
        { type: 'Dense', units: 3, activation: 'softmax' },
      ],
      SIGNAL,
      { loss: 'categoricalCrossentropy', metrics: ['accuracy'], optimizer: 'adam' },
      3,
      'classes',
    ),
  ],
  [
    'an LSTM, unrolled',
    jobOf(
      [
        { type: 'LSTM', units: 4, returnSequences: true },
        { type: 'LSTM', units: 5 },
        { type: 'Dense', units: 3 },
      ],
      [5, 3],
    ),
  ],
  [
    'a SimpleRNN, unrolled',
    jobOf(
      [
        { type: 'SimpleRNN', units: 5 },
        { type: 'Dense', units: 3 },
      ],
      [5, 3],
    ),
  ],
  ['branches', jobOf([...BRANCHES, { type: 'Dense', units: 3 }], IMAGE, { optimizer: 'rmsprop' })],
];

/** In the form that is trained: one operator for all steps has no gradient. */
function unrolledGraph(model: FloatModel): Graph {
  return simplifyFloat(importKeras(model), { without: [], recurrent: 'unrolled' });
}

function graphJob({ topology, initialWeights, ...job }: TrainingJob): GraphJob {
  return { ...job, graph: unrolledGraph({ topology, weights: initialWeights }) };
}

function sums(graph: Graph): number[] {
  const own = withOwnConstants(graph);
  return [...learnedConstants(own)].map((id) =>
    (getValue(own, id).data as Float32Array).reduce((sum, w) => sum + w * w, 0),
  );
}

describe('trainGraph', () => {
  it.each(CASES)('learns what the layers learn: %s', async (_, job) => {
    const layers = await train(createCompiledTrainer().trainer, job);
    const graph = await trainGraph(graphJob(job), HOOKS);
    expect(graph.bestEpoch).toBe(layers.bestEpoch);
    for (const [epoch, { loss, valLoss, metrics }] of graph.history.entries()) {
      const expected = layers.history[epoch];
      expect(loss).toBeCloseTo(expected.loss, 5);
      expect(valLoss).toBeCloseTo(expected.valLoss, 5);
      for (const [name, value] of Object.entries(metrics))
        expect(value).toBeCloseTo(expected.metrics[name], 5);
    }
    const expected = sums(unrolledGraph(layers.model)).toSorted((a, b) => a - b);
    for (const [index, sum] of sums(graph.graph)
      .toSorted((a, b) => a - b)
      .entries()) {
      expect(sum).toBeCloseTo(expected[index], 4);
    }
  });

  it('learns what steps of a GRU share once, biases of the hidden state too', async () => {
    const job = jobOf(
      [
        { type: 'GRU', units: 4 },
        { type: 'Dense', units: 3 },
      ],
      [6, 3],
      { optimizer: 'adam' },
    );
    const { model } = await train(createCompiledTrainer().trainer, job);
    const graph = unrolledGraph(model);
    const { graph: trained } = await trainGraph({ ...graphJob(job), graph }, HOOKS);
    // Kernels of gates and candidate, for inputs and hidden states, with biases but for one; and the Dense layer.
    expect([sums(graph).length, sums(trained).length]).toEqual([9, 9]);
  });

  it('gives the same bytes again', async () => {
    const [, job] = CASES[2];
    const once = await trainGraph(graphJob(job), HOOKS);
    const again = await trainGraph(graphJob(job), HOOKS);
    expect(again).toEqual(once);
  });

  it('learns biases apart that were equal, and keeps what a constraint keeps', async () => {
    const [, job] = CASES[0];
    const given = graphJob({ ...job, recipe: { ...job.recipe, epochs: 2 } });
    const [kernel] = learnedConstants(withOwnConstants(given.graph));
    const steps: number[] = [];
    const constraint = {
      apply(weightsOf: (id: number) => Float32Array, step: number): void {
        steps.push(step);
        weightsOf(kernel)[1] = 0.25;
      },
    };
    const { graph } = await trainGraph({ ...given, constraints: [constraint] }, HOOKS);
    expect((getValue(graph, kernel).data as Float32Array)[1]).toBe(0.25);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('tunes for another objective, of a value inside', async () => {
    const [, job] = CASES[0];
    const given = graphJob(job);
    const [first] = given.graph.nodes;
    const observed = first.outputs[0];
    const { graph, history } = await trainGraph(
      {
        ...given,
        objective: {
          observes: [observed],
          measure({ rows, values: [{ data, gradient }] }) {
            let loss = 0;
            for (let i = 0; i < data.length; i++) {
              loss += (data[i] - 1) ** 2 / rows;
              gradient[i] = (2 * (data[i] - 1)) / rows;
            }
            return loss;
          },
        },
      },
      HOOKS,
    );
    expect(history[2].loss).toBeLessThan(history[0].loss);
    // What stands behind the value has not learned anything.
    const last = graph.nodes[graph.nodes.length - 1].inputs[1] as number;
    expect(getValue(graph, last).data).toEqual(getValue(given.graph, last).data);
  });

  it('waits for the first epoch that counts', async () => {
    const [, job] = CASES[0];
    const { bestEpoch } = await trainGraph({ ...graphJob(job), settledFrom: 3 }, HOOKS);
    expect(bestEpoch).toBe(3);
  });

  it('refuses samples of another size', async () => {
    const [, job] = CASES[0];
    const [, other] = CASES[1];
    await expect(
      trainGraph({ ...graphJob(job), train: other.train, validation: other.validation }, HOOKS),
    ).rejects.toThrow('A sample of the dataset has 36 numbers and its target 3, but the model takes 6');
  });
});
