/** Products of steps with one kernel, each step by itself or all of them at once. */

import type { Address } from '../../../../kernels/training/kernels.ts';
import type { Run } from '../../run.ts';
import type { StepPlan, Weight } from '../../step-plan.ts';
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

  /** Of `count` steps; added to what is there where `accumulate` is 1. */
  forward(run: Run, step: number, count: number, accumulate: 0 | 1): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const rows = count * run.rows;
    const sums = stepAt(this.#sums, run, step);
    const from = stepAt(this.#from, run, step);
    run.kernels.gemm(from, n, 1, this.#kernel.address, columns, sums, columns, rows, columns, n, accumulate);
    if (this.#bias !== undefined) run.kernels.addRow(sums, this.#bias.address, rows, columns);
  }

  /** Before any `backward` of a batch. */
  begin({ kernels }: Run): void {
    kernels.transpose(this.#kernel.address, this.#from.width, this.#sums.width, this.#transposed);
  }

  /** to[rows, n] from the gradients that lie in the sums; added where `accumulate` is 1. */
  backward(run: Run, step: number, count: number, to: Steps, accumulate: 0 | 1): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const sums = stepAt(this.#sums, run, step);
    const into = stepAt(to, run, step);
    run.kernels.gemm(
      sums,
      columns,
      1,
      this.#transposed,
      n,
      into,
      n,
      count * run.rows,
      n,
      columns,
      accumulate,
    );
  }

  /** Gradients of kernel and bias, when those of all sums are there. */
  learn({ kernels, rows }: Run): void {
    const [n, columns] = [this.#from.width, this.#sums.width];
    const { address: sums, count } = this.#sums;
    const { gradient } = this.#kernel;
    if (gradient !== undefined) {
      kernels.gemm(this.#from.address, 1, n, sums, columns, gradient, columns, n, columns, count * rows, 0);
    }
    const biasGradient = this.#bias?.gradient;
    if (biasGradient !== undefined) kernels.sumRows(sums, columns, count * rows, columns, biasGradient);
  }
}
