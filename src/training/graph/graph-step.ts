/** A compiled graph in its memory: a batch goes forward, an objective looks at it, gradients go back. */

import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import type { HeapKind } from '../../kernels/training/heap.ts';
import type { Address } from '../../kernels/training/kernels.ts';
import { Course } from '../compiled/course.ts';
import { alone } from '../compiled/crew/crew.ts';
import type { Hired } from '../compiled/crew/hire.ts';
import { type Run, view } from '../compiled/run.ts';
import type { Slot, Weight } from '../compiled/step-plan.ts';
import { openRun } from '../compiled/training-heap.ts';
import type { SampleStream } from '../samples/sample-stream.ts';
import type { CompiledGraph } from './compile-graph.ts';
import type { LiveWeights } from './constraint.ts';
import { FLOAT_NUMERICS, type Numerics } from './numerics.ts';
import type { ObservedBatch } from './objective.ts';

export interface GraphStep {
  readonly run: Run;
  /** Of the batch that went forward last, as long as its rows. */
  readonly targets: () => Float32Array;
  readonly output: () => Float32Array;
  readonly weightsOf: LiveWeights;
  /** What the numerics learn, by name. */
  readonly extras: ReadonlyMap<string, Float32Array>;
  /** What the last `backward` left there. */
  readonly gradientsOf: LiveWeights;
  /** Takes a batch from the samples and computes all values. */
  forward(samples: SampleStream, start: number): void;
  observe(): ObservedBatch;
  /** From the gradients that an objective wrote. */
  backward(): void;
}

/** On one thread, of a plan that updates nothing. */
export function openLoneStep(
  graph: Graph,
  compiled: CompiledGraph,
  kind: HeapKind,
  numerics: Numerics = FLOAT_NUMERICS,
): GraphStep {
  const { forward, backward } = compiled.plan;
  const run = openRun(compiled.plan, kind);
  const crew = alone({ forward, backward, update: new Course('forward') }, run);
  return openGraphStep(graph, compiled, { run, crew }, numerics);
}

/** With the weights that the graph has. */
export function openGraphStep(
  graph: Graph,
  compiled: CompiledGraph,
  { run, crew }: Hired,
  numerics: Numerics,
): GraphStep {
  const { plan, input, output, observed, weights, extras } = compiled;
  for (const [id, { address, size }] of weights) {
    view(run, address, size).set(getValue(graph, id).data as Float32Array);
  }
  for (const [name, { address, size }] of extras) {
    view(run, address, size).set(numerics.extras.get(name) as Float32Array);
  }
  const viewOf = (addressOf: (weight: Weight) => Address | undefined): LiveWeights => {
    return (id: ValueId) => {
      const weight = weights.get(id);
      if (weight === undefined) throw new Error(`value ${id} is not in training`);
      return view(run, addressOf(weight) ?? 0, weight.size);
    };
  };
  const rowsOf = ({ address, size }: Slot): Float32Array => view(run, address, run.rows * size);
  const inputs = view(run, input.address, plan.rows * input.size);
  const allTargets = new Float32Array(plan.rows * output.size);
  const targets = (): Float32Array => allTargets.subarray(0, run.rows * output.size);
  return {
    run,
    targets,
    output: () => rowsOf(output),
    weightsOf: viewOf(({ address }) => address),
    extras: new Map([...extras].map(([name, { address, size }]) => [name, view(run, address, size)])),
    gradientsOf: viewOf(({ gradient }) => gradient),
    forward(samples, start) {
      run.rows = Math.min(plan.rows, samples.count - start);
      samples.read(start, run.rows, inputs, allTargets);
      crew.run('forward');
    },
    observe: () => ({
      rows: run.rows,
      inputs: rowsOf(input),
      targets: targets(),
      values: observed.map((slot) => ({
        data: rowsOf(slot),
        gradient: view(run, slot.gradient ?? 0, run.rows * slot.size),
      })),
    }),
    backward() {
      crew.run('backward');
    },
  };
}
