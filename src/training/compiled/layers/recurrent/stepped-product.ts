/** Products of steps with one kernel, for some samples of each step. */

import { ACTIVATION_CODES, type Address } from '../../../../kernels/training/kernels.ts';
import type { CallContext } from '../../run.ts';
import type { StepPlan, Weight } from '../../step-plan.ts';
import { learnBias, learnKernel, planTransposed } from '../dense.ts';
import { type Steps, stepAt } from './steps.ts';

/** sums[rows, columns] = from[rows, n] · kernel[n, columns] + bias[columns] */
export class SteppedProduct {
  readonly #from: Steps;
  readonly #kernel: Weight;
  readonly #bias: Weight | undefined;
  readonly #sums: Steps;
  /** The kernel with its axes exchanged. */
  #transposed: Address = 0;

  constructor(from: Steps, kernel: Weight, bias: Weight | undefined, sums: Steps) {
    this.#from = from;
    this.#kernel = kernel;
    this.#bias = bias;
    this.#sums = sums;
  }

  /** Of `rows` samples; added to what is there where `accumulate` is 1. */
  forward(run: CallContext, step: number, sample: number, rows: number, accumulate: 0 | 1): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const sums = stepAt(this.#sums, run, step, sample);
    const from = stepAt(this.#from, run, step, sample);
    run.kernels.gemm(from, n, 1, this.#kernel.address, columns, sums, columns, rows, columns, n, accumulate);
    if (this.#bias !== undefined)
      run.kernels.addRow(ACTIVATION_CODES.linear, sums, this.#bias.address, rows, columns);
  }

  /** What must be planned before any `backward` runs. */
  planTransposed(plan: StepPlan): void {
    this.#transposed = planTransposed(plan, this.#kernel, this.#sums.width);
  }

  /** to[rows, n] from the gradients that lie in the sums; added where `accumulate` is 1. */
  backward(run: CallContext, step: number, sample: number, rows: number, to: Steps, accumulate: 0 | 1): void {
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
