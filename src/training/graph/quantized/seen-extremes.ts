/** The smallest and largest elements of a batch, of which each part is seen by a thread of its own. */

import type { Address } from '../../../kernels/training/kernels.ts';
import { type Run, view } from '../../compiled/run.ts';
import type { StepPlan } from '../../compiled/step-plan.ts';

/** Of a part, float32. */
const WORDS = 2;

export class SeenExtremes {
  readonly #address: Address;
  readonly #rows: number;

  constructor(plan: StepPlan) {
    this.#rows = plan.rows;
    this.#address = plan.reserve(WORDS * plan.rows);
  }

  /** On one thread, before any part is seen. */
  clear(run: Run): void {
    const all = this.#all(run);
    for (let i = 0; i < all.length; i += WORDS) {
      all[i] = Infinity;
      all[i + 1] = -Infinity;
    }
  }

  /** Where a kernel writes those of a part that begins with that sample. */
  of(sample: number): Address {
    return this.#address + sample * WORDS * Float32Array.BYTES_PER_ELEMENT;
  }

  /** On one thread, behind all parts. */
  join(run: Run): { readonly least: number; readonly most: number } {
    const all = this.#all(run);
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < all.length; i += WORDS) {
      least = Math.min(least, all[i]);
      most = Math.max(most, all[i + 1]);
    }
    return { least, most };
  }

  #all(run: Run): Float32Array {
    return view(run, this.#address, WORDS * this.#rows);
  }
}
