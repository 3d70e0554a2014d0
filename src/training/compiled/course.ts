/** What a plan computes in one direction, step after step. */

import type { Run } from './run.ts';

/** Parts `from` up to `to` of a step. */
export type PartWork = (run: Run, from: number, to: number) => void;

/** A step whose parts may be computed in any order and on any thread: its bytes do not depend on it. */
export interface Step {
  /** As many parts as the batch has samples, or a number of them; a step of one part is one thread's. */
  readonly parts: 'samples' | number;
  readonly work: PartWork;
}

export function partsOf({ parts }: Step, { rows }: Run): number {
  return parts === 'samples' ? rows : parts;
}

/** Parts of `size` elements: how many there are, and where a part begins or, behind the last one, ends. */
export interface Blocks {
  readonly count: number;
  start(part: number): number;
}

export function blocksOf(length: number, size: number): Blocks {
  return { count: Math.ceil(length / size), start: (part) => Math.min(part * size, length) };
}

export class Course {
  readonly #steps: Step[] = [];
  readonly #reversed: boolean;

  /** `backward`: what is added last runs first. */
  constructor(direction: 'forward' | 'backward') {
    this.#reversed = direction === 'backward';
  }

  get length(): number {
    return this.#steps.length;
  }

  /** In the order in which they run. */
  step(index: number): Step {
    return this.#steps[this.#reversed ? this.#steps.length - 1 - index : index];
  }

  /** What one thread computes. */
  add(work: (run: Run) => void): void {
    this.#steps.push({ parts: 1, work });
  }

  /** The same, in front of all that has been added: what runs last on the way back. */
  addFirst(work: (run: Run) => void): void {
    this.#steps.unshift({ parts: 1, work });
  }

  /** Samples `from` up to `to` of the batch. */
  addBySample(work: PartWork): void {
    this.#steps.push({ parts: 'samples', work });
  }

  /** The same in any number of parts. */
  addByPart(parts: number, work: PartWork): void {
    this.#steps.push({ parts, work });
  }

  /** All of it, on this thread: for small networks the way from step to step is what an epoch costs. */
  run(run: Run): void {
    const steps = this.#steps;
    const { rows } = run;
    const last = steps.length - 1;
    for (let i = 0; i <= last; i++) {
      const { parts, work } = steps[this.#reversed ? last - i : i];
      work(run, 0, parts === 'samples' ? rows : parts);
    }
  }
}
