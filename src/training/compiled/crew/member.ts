/** One thread of a crew on its way through courses: it takes parts of steps, and waits where others must be done first. */

import { type Course, runSamples, type Stage } from '../course.ts';
import type { Run } from '../run.ts';
import type { Signals } from './signals.ts';

/** Pieces for each thread that a step's parts are handed out in: who is held up takes fewer. */
const PIECES = 4;
/** Products compute as many rows at a time. */
const ROWS = 4;

export class Member {
  readonly #signals: Signals;
  /** What is one thread's is the first thread's. */
  readonly #isFirst: boolean;
  readonly #threads: number;
  #arrivals = 0;

  constructor(signals: Signals, isFirst: boolean, threads: number) {
    this.#signals = signals;
    this.#isFirst = isFirst;
    this.#threads = threads;
  }

  /** With all the others, from the first step to the last. */
  run(course: Course, run: Run): void {
    for (const stage of course.stages) {
      this.#work(stage, run);
      this.#meet();
    }
  }

  #work({ kind, first, steps }: Stage, run: Run): void {
    if (kind === 'samples') {
      const piece = ROWS * Math.ceil(run.rows / (ROWS * PIECES * this.#threads));
      this.#share(first, run.rows, piece, (from, to) => runSamples(steps, run, from, to));
      return;
    }
    if (kind === 'heavy') {
      const piece = ROWS * Math.ceil(run.rows / (ROWS * this.#threads));
      this.#share(first, run.rows, piece, (from, to) => steps[0].work(run, from, to));
      return;
    }
    for (const [index, { parts, work }] of steps.entries()) {
      if (kind === 'one') {
        if (this.#isFirst) work(run, 0, 1);
        continue;
      }
      const count = parts as number;
      const piece = Math.ceil(count / (PIECES * this.#threads));
      this.#share(first + index, count, piece, (from, to) => work(run, from, to));
    }
  }

  #share(index: number, parts: number, piece: number, work: (from: number, to: number) => void): void {
    for (;;) {
      const from = this.#signals.take(index, piece);
      if (from >= parts) return;
      work(from, Math.min(from + piece, parts));
    }
  }

  #meet(): void {
    this.#arrivals = (this.#arrivals + this.#threads) | 0;
    this.#signals.meet(this.#arrivals);
  }
}
