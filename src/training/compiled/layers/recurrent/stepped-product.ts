/** Products of steps with one kernel, for some samples of each step. */

import type { Address } from '../../../../kernels/training/kernels.ts';
import type { Run } from '../../run.ts';
import type { StepPlan, Weight } from '../../step-plan.ts';
import { learnBias, learnKernel } from '../dense.ts';
import { type Steps, stepAt } from './steps.ts';

/** sums[rows, columns] = from[rows, n] · kernel[n, columns] + bias[columns] */
export class SteppedProduct {
  readonly #from: Steps;
  readonly #kernel: Weight;
  readonly #bias: Weight | undefined;
  readonly #sums: Steps;
  /** The kernel with its axes exchanged. */
  readonly #transposed: Address;

  constructor(plan: StepPlan, from: Steps, kernel: Weight, bias: Weight | undefined, sums: Steps) {
    this.#from = from;
    this.#kernel = kernel;
    this.#bias = bias;
    this.#sums = sums;
    this.#transposed = plan.reserve(kernel.size);
  }

  /** Of `rows` samples; added to what is there where `accumulate` is 1. */
  forward(run: Run, step: number, sample: number, rows: number, accumulate: 0 | 1): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const sums = stepAt(this.#sums, run, step, sample);
    const from = stepAt(this.#from, run, step, sample);
    run.kernels.gemm(from, n, 1, this.#kernel.address, columns, sums, columns, rows, columns, n, accumulate);
    if (this.#bias !== undefined) run.kernels.addRow(sums, this.#bias.address, rows, columns);
  }

  /** Adds what must run before any `backward` of a batch. */
  planTransposed(plan: StepPlan): void {
    plan.backward.add(({ kernels }) =>
      kernels.transpose(this.#kernel.address, this.#from.width, this.#sums.width, this.#transposed),
    );
  }

  /** to[rows, n] from the gradients that lie in the sums; added where `accumulate` is 1. */
  backward(run: Run, step: number, sample: number, rows: number, to: Steps, accumulate: 0 | 1): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const sums = stepAt(this.#sums, run, step, sample);
    const into = stepAt(to, run, step, sample);
    run.kernels.gemm(sums, columns, 1, this.#transposed, n, into, n, rows, n, columns, accumulate);
  }

  /** Adds the gradients of kernel and bias, for when those of all sums are there. */
  planLearning(plan: StepPlan): void {
    const { address: sums, count, width } = this.#sums;
    learnKernel(plan, this.#from.address, this.#kernel, sums, width, count);
    if (this.#bias !== undefined) learnBias(plan, this.#bias, sums, count);
  }
}
