/** A network of a supernet, compiled: it computes in a memory that it shares with others. */

import type { JsonObject } from '../../core/json.ts';
import type { TrainingHeap } from '../../kernels/training/heap.ts';
import { type CompiledModel, compileModel, isMoving } from '../compiled/compile-layers.ts';
import type { Loss } from '../compiled/losses.ts';
import { type Run, view } from '../compiled/run.ts';
import type { StepPlan, Weight } from '../compiled/step-plan.ts';
import { runIn, stepBytes } from '../compiled/training-heap.ts';
import { readTopology, type TopologyLayer } from '../topology.ts';
import { type SharedPart, sharedParts } from './shared-parts.ts';

export class Subnet {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Of the weights that are learned, in their order. */
  readonly parts: readonly SharedPart[];
  readonly #layers: readonly TopologyLayer[];
  readonly #model: CompiledModel;
  #run: Run | undefined;

  /** For batches of at most `rows` samples. */
  constructor(topology: JsonObject, rows: number, seed: number) {
    this.#layers = readTopology(topology);
    this.#model = compileModel(topology, rows, seed);
    this.parts = sharedParts(this.#layers).filter(({ spec }) => !isMoving(spec.name));
    this.inputSize = this.#model.input.size;
    this.outputSize = this.#model.outputs[0].size;
  }

  get plan(): StepPlan {
    return this.#model.plan;
  }

  get #running(): Run {
    if (this.#run === undefined) throw new Error('a network computes once it is in the memory');
    return this.#run;
  }

  /** Nothing of what the memory had before matters. Weights are 0, moving statistics too, and it learns. */
  enter(heap: TrainingHeap): void {
    new Uint8Array(heap.buffer).fill(0, 0, stepBytes(this.plan));
    this.#run = runIn(heap, this.plan);
  }

  /** Whether dropout and batch normalization behave as in training. */
  set learns(training: boolean) {
    this.#running.training = training;
  }

  /** In the order of `parts`. */
  get weights(): Float32Array {
    const { address, count } = this.#model.parameters;
    return view(this.#running, address, count);
  }

  /** What the last `backward` left there. */
  get gradients(): Float32Array {
    const { gradients, count } = this.#model.parameters;
    return view(this.#running, gradients, count);
  }

  /** Of the batch that went forward last. */
  get output(): Float32Array {
    const { address, size } = this.#model.outputs[0];
    return view(this.#running, address, this.#running.rows * size);
  }

  /** With the first `rows` of these samples. */
  forward(inputs: Float32Array, rows: number): void {
    const run = this.#running;
    const count = rows * this.inputSize;
    run.rows = rows;
    view(run, this.#model.input.address, count).set(inputs.subarray(0, count));
    this.plan.forward.run(run);
  }

  get #width(): number {
    return this.#model.outputs[0].shape.at(-1) ?? 1;
  }

  loss({ value }: Loss, targets: Float32Array): number {
    return value(this.output, targets, this.output.length, this.#width);
  }

  backward({ gradient }: Loss, targets: Float32Array): void {
    const { output } = this;
    const into = view(this.#running, this.#model.outputs[0].gradient ?? 0, output.length);
    gradient(output, targets, output.length, this.#width, into);
    this.plan.backward.run(this.#running);
  }

  /** Whether it normalizes by moving statistics, which are not those of other networks. */
  get hasStatistics(): boolean {
    return this.#layers.some(({ spec }) => spec.type === 'BatchNormalization');
  }

  /** Moving statistics, 0 before the first of the `batches`, become weighted means over them. */
  settleStatistics(batches: number): void {
    for (const { name, spec } of this.#layers) {
      if (spec.type !== 'BatchNormalization') continue;
      for (const part of ['moving_mean', 'moving_variance']) {
        const { address, size } = this.#model.weights.get(`${name}/${part}`) as Weight;
        const values = view(this.#running, address, size);
        for (let i = 0; i < size; i++) values[i] /= 1 - spec.momentum ** batches;
      }
    }
  }
}
