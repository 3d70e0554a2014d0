/** Training of graphs on several threads: others plan the work from a copy of plain data, and take any parts of its steps. */

import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { isLinear } from '../../../src/passes/linear.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { preparingPasses } from '../../../src/passes/pipelines.ts';
import { alone, type Hands } from '../../../src/training/compiled/crew/crew.ts';
import type { Run } from '../../../src/training/compiled/run.ts';
import { openRun } from '../../../src/training/compiled/training-heap.ts';
import type { Courses } from '../../../src/training/compiled/training-plan.ts';
import { openGraphStep } from '../../../src/training/graph/graph-step.ts';
import { labelObjective } from '../../../src/training/graph/label-objective.ts';
import { withOwnConstants } from '../../../src/training/graph/learned-constants.ts';
import { FLOAT_NUMERICS, type Numerics } from '../../../src/training/graph/numerics.ts';
import { planGraph } from '../../../src/training/graph/plan-graph.ts';
import type { IntegerChoices } from '../../../src/training/graph/quantized/integer-choices.ts';
import { IntegerNumerics } from '../../../src/training/graph/quantized/integer-numerics.ts';
import { seenRanges } from '../../../src/training/graph/quantized/seen-ranges.ts';
import { samplesInOrder } from '../../../src/training/samples/sample-stream.ts';
import { IMAGE, jobOf } from '../compiled/job.ts';

const ROWS = 7;
const EPOCHS = 4;

const JOB = jobOf(
  [
    { type: 'Conv2D', filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'stem' },
    { type: 'DepthwiseConv2D', kernelSize: 3, padding: 'same', name: 'left' },
    { type: 'Conv2D', filters: 4, kernelSize: 1, activation: 'sigmoid', name: 'right', inputs: ['stem'] },
    { type: 'Add', inputs: ['left', 'right'], name: 'sum' },
    { type: 'ReLU', name: 'limit' },
    { type: 'Concatenate', inputs: ['limit', 'stem'], name: 'both' },
    { type: 'AveragePooling2D', poolSize: 2, name: 'pool', inputs: ['both'] },
    { type: 'Flatten', name: 'flat' },
    { type: 'Dense', units: 3, activation: 'softmax', name: 'end' },
  ],
  IMAGE,
  { optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: [] },
  3,
  'classes',
);

function jobGraph(): Graph {
  const float = simplifyFloat(importKeras({ topology: JOB.topology, weights: JOB.initialWeights }), {
    without: [],
    recurrent: 'unrolled',
  });
  return withOwnConstants(runPasses(float, preparingPasses));
}

function integersOf(graph: Graph, choices: Partial<IntegerChoices>): IntegerNumerics {
  return new IntegerNumerics(graph, {
    ranges: seenRanges(graph, JOB.train.x, 8),
    densePerChannel: false,
    learnsScales: false,
    int4: new Set(),
    frozenFrom: 1,
    learnsRanges: false,
    ...choices,
  });
}

/** Where the parts of a step end that one thread takes in one piece. */
function ends(parts: number, random: Random): readonly number[] {
  const all = Array.from({ length: parts - 1 }, (_, i) => i + 1);
  return [...all.filter(() => random.uniform() < 0.5), parts];
}

/** This thread and another one, which takes every other piece. */
function withAnother(own: Courses, others: Courses, run: Run, tell: (shared: number) => void): Hands {
  const random = createRandom(5, 'pieces');
  return {
    ...alone(own, run),
    run(name) {
      for (const [index, stage] of own[name].stages.entries()) {
        if (stage.kind === 'one') {
          for (const { work } of stage.steps) work(run, 0, 1);
          continue;
        }
        const theirs = others[name].stages[index];
        const both = [
          [...theirs.steps, ...theirs.sums],
          [...stage.steps, ...stage.sums],
        ];
        const share = (places: readonly number[], parts: number): void => {
          let from = 0;
          for (const [piece, end] of ends(parts, random).entries()) {
            for (const place of places) both[piece % 2][place].work({ ...run }, from, end);
            from = end;
          }
          tell(parts);
        };
        const places = [...stage.steps.keys()];
        if (stage.kind === 'parts')
          for (const place of places) share([place], stage.steps[place].parts as number);
        else share(places, run.rows);
        for (const [place, { parts }] of stage.sums.entries())
          share([places.length + place], parts as number);
      }
    },
  };
}

/** All that is learned in some epochs, by this thread alone or with another one. */
function learned(numerics: Numerics, graph: Graph, threads: 'alone' | 'two', tell = (_: number) => {}) {
  const objective = labelObjective(graph, JOB.recipe.loss);
  const planned = { graph, observes: objective.observes, recipe: JOB.recipe, numerics: numerics.source };
  const { compiled, courses } = planGraph(planned, ROWS, numerics);
  const run = openRun(compiled.plan, 'simd');
  const crew =
    threads === 'alone'
      ? alone(courses, run)
      : withAnother(courses, planGraph(structuredClone(planned), ROWS).courses, run, tell);
  const step = openGraphStep(graph, compiled, { run, crew }, numerics);
  const samples = samplesInOrder(JOB.train);
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    numerics.beginEpoch?.(epoch, step);
    for (let start = 0; start < samples.count; start += ROWS) {
      step.forward(samples, start);
      objective.measure(step.observe());
      step.backward();
      run.steps++;
      run.learningRate = 0.01;
      crew.run('update');
    }
    numerics.beginJudging?.(step);
  }
  return {
    weights: [...compiled.weights.keys()].map((id) => step.weightsOf(id).slice()),
    extras: [...step.extras].map(([name, values]) => [name, values.slice()]),
  };
}

const CHOICES: Readonly<Record<string, (graph: Graph) => Partial<IntegerChoices>>> = {
  'ranges that move': () => ({ frozenFrom: 3 }),
  'ranges and scales that are learned': () => ({ learnsRanges: true, learnsScales: true }),
  'weights of 4 bits': (graph) => ({
    int4: new Set(graph.nodes.filter(isLinear).map(({ outputs: [id] }) => id)),
  }),
};

describe('another thread', () => {
  it('learns the same bytes in float32', () => {
    const graph = jobGraph();
    let shared = 0;
    const two = learned(FLOAT_NUMERICS, graph, 'two', (parts) => {
      shared += parts;
    });
    expect(two).toStrictEqual(learned(FLOAT_NUMERICS, graph, 'alone'));
    expect(shared).toBeGreaterThan(1000);
  });

  it.each(Object.keys(CHOICES))('learns the same bytes with integers: %s', (name) => {
    const graph = jobGraph();
    const train = (threads: 'alone' | 'two') => {
      const numerics = integersOf(graph, CHOICES[name](graph));
      const made = learned(numerics, numerics.twin, threads);
      return { ...made, trained: numerics.trained(new Map()) };
    };
    const one = train('alone');
    expect(train('two')).toStrictEqual(one);
    // It has learned something.
    const { twin } = integersOf(graph, CHOICES[name](graph));
    const [, first] = twin.nodes.find(isLinear)?.inputs ?? [];
    expect(one.weights[0]).not.toEqual(getValue(twin, first as number).data);
  });
});
