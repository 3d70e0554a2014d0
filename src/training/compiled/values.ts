/** What layers give, until all that read it are planned. */

import type { Address } from '../../kernels/training/kernels.ts';
import { readersOf } from './readers.ts';
import type { Slot, StepPlan } from './step-plan.ts';

export class Values {
  readonly #plan: StepPlan;
  /** Per layer its output, once for each reader that has not come yet. */
  readonly #waiting: Slot[][] = [];
  /** Per layer the gradients that it holds. */
  readonly #held: (readonly Slot[])[] = [];
  /** How many layers hold a gradient: some give what they were given, in another shape. */
  readonly #holders = new Map<Address, number>();

  constructor(plan: StepPlan) {
    this.#plan = plan;
  }

  /** The output of the next layer, for `count` readers. */
  place(output: Slot, count: number): void {
    const readers = readersOf(this.#plan, output, count);
    const held = count === 0 ? [output] : [...readers];
    this.#waiting.push(readers);
    this.#held.push(held);
    for (const { gradient } of held) this.#change(gradient, 1);
  }

  /** As the next reader of a layer sees its output. */
  take(layer: number): Slot {
    return this.#waiting[layer].pop() as Slot;
  }

  /** Once the layer behind them is planned: gradients of these whose readers all are may lie where others will. */
  release(layers: readonly number[]): void {
    for (const layer of layers) {
      if (this.#waiting[layer].length > 0) continue;
      for (const { size, gradient } of this.#held[layer]) {
        if (gradient !== undefined && this.#change(gradient, -1) === 0)
          this.#plan.releaseGradient(size, gradient);
      }
      this.#held[layer] = [];
    }
  }

  #change(gradient: Address | undefined, by: 1 | -1): number {
    if (gradient === undefined) return 0;
    const count = (this.#holders.get(gradient) ?? 0) + by;
    this.#holders.set(gradient, count);
    return count;
  }
}
