/** One thread of a crew on its way through courses: it takes parts of steps, and waits where others must be done first. */

import { type Course, partsOf, type Step } from '../course.ts';
import type { Run } from '../run.ts';
import type { Signals } from './signals.ts';

/** Pieces for each thread that a step's parts are handed out in: who is held up takes fewer. */
const PIECES = 4;

export class Member {
  readonly #signals: Signals;
  /** Steps of one part are the first thread's. */
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
    const { length } = course;
    for (let i = 0; i < length; i++) {
      const step = course.step(i);
      const parts = partsOf(step, run);
      if (parts > 1) this.#share(i, step, parts, run);
      else if (this.#isFirst) step.work(run, 0, parts);
      // Of steps in a row that are the first thread's nobody else need know.
      if (parts > 1 || i + 1 === length || partsOf(course.step(i + 1), run) > 1) this.#meet();
    }
  }

  #share(index: number, step: Step, parts: number, run: Run): void {
    const piece = Math.ceil(parts / (PIECES * this.#threads));
    for (;;) {
      const from = this.#signals.take(index, piece);
      if (from >= parts) return;
      step.work(run, from, Math.min(from + piece, parts));
    }
  }

  #meet(): void {
    this.#arrivals = (this.#arrivals + this.#threads) | 0;
    this.#signals.meet(this.#arrivals);
  }
}
