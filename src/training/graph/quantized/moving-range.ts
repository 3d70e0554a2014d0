/** A range of an activation that follows what training sees. */

import type { Range } from '../../../passes/quantize/parameters.ts';
import type { RangeWatch } from './rounded-activations.ts';

/** A training step's range moves so much of the way to that of its batch. */
const MOVE = 0.05;

/** Moves with what is seen; what was calibrated is where it starts. */
export class MovingRange implements RangeWatch {
  #range: Range;
  #moves = true;

  constructor(range: Range) {
    this.#range = range;
  }

  get range(): Range {
    return this.#range;
  }

  freeze(): void {
    this.#moves = false;
  }

  see(min: number, max: number): void {
    if (!this.#moves) return;
    const towards = (old: number, seen: number): number => old + MOVE * (seen - old);
    this.#range = { min: towards(this.#range.min, min), max: towards(this.#range.max, max) };
  }
}
