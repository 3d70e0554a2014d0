/** One thread of a crew on its way through courses: it takes parts of steps, and waits where others must be done first. */

import { type Course, runSamples, type Stage } from '../course.ts';
import type { Run } from '../run.ts';
import type { Signals } from './signals.ts';

/** Pieces that a thread takes its samples in: who is held up leaves some to others. */
const SAMPLE_PIECES = 4;
/** Products compute as many rows at a time. */
const ROWS = 4;

type PieceWork = (from: number, to: number) => void;

export class Member {
  readonly #signals: Signals;
  /** What is one thread's is that of thread 0. */
  readonly #thread: number;
  readonly #threads: number;
  #arrivals = 0;

  constructor(signals: Signals, thread: number, threads: number) {
    this.#signals = signals;
    this.#thread = thread;
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
      this.#share(first, run.rows, ROWS, SAMPLE_PIECES, (from, to) => runSamples(steps, run, from, to));
      return;
    }
    if (kind === 'heavy') {
      this.#share(first, run.rows, ROWS, 1, (from, to) => steps[0].work(run, from, to));
      return;
    }
    for (const [index, { parts, work }] of steps.entries()) {
      if (kind !== 'one')
        this.#share(first + index, parts as number, 1, 1, (from, to) => work(run, from, to));
      else if (this.#thread === 0) work(run, 0, 1);
    }
  }

  /**
   * Each thread has as many parts of its own, a number of `unit`s and the same ones in every step: what it has in its cache, it
   * finds again. It takes them in `pieces`: every piece of a step that gathers goes through all samples, so that such a step has one. What
   * is left over goes to whoever comes first. Who is done helps the next one.
   */
  #share(step: number, parts: number, unit: number, pieces: number, work: PieceWork): void {
    const units = Math.ceil(parts / unit);
    const each = Math.floor(units / this.#threads);
    const over = units % this.#threads;
    const piece = unit * Math.max(1, Math.ceil(each / pieces));
    for (let turn = 0; turn < this.#threads; turn++) {
      const owner = (this.#thread + turn) % this.#threads;
      const start = unit * (owner * each + Math.min(owner, over));
      const count = Math.min(unit * (each + (owner < over ? 1 : 0)), parts - start);
      for (;;) {
        const taken = this.#signals.take(step, owner, piece);
        if (taken >= count) break;
        work(start + taken, start + Math.min(taken + piece, count));
      }
    }
  }

  #meet(): void {
    this.#arrivals = (this.#arrivals + this.#threads) | 0;
    this.#signals.meet(this.#arrivals);
  }
}
