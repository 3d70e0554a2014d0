/** One thread of a crew on its way through courses: it takes parts of steps, and waits where others must be done first. */

import { type Course, runSamples, type Stage, type Step } from '../course.ts';
import type { Run } from '../run.ts';
import type { Signals } from './signals.ts';

/** Pieces that a thread takes its samples in: who is held up leaves some to others. */
const SAMPLE_PIECES = 4;
/** Products compute as many rows at a time. */
const ROWS = 4;

/** Pieces that the parts of sums are taken in: so much of them a thread waits for the one before it. */
const SUM_PIECES = 4;

type PieceWork = (from: number, to: number) => void;

/** A thread's own parts, a number of `unit`s; the first ones have one more where they do not come out even. */
function shareOf(thread: number, threads: number, parts: number, unit: number): readonly [number, number] {
  const units = Math.ceil(parts / unit);
  const startOf = (owner: number): number =>
    Math.min(unit * (owner * Math.floor(units / threads) + Math.min(owner, units % threads)), parts);
  return [startOf(thread), startOf(thread + 1)];
}

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

  #work(stage: Stage, run: Run): void {
    const { kind, first, steps, sums } = stage;
    if (sums.length > 0) this.#workWithSums(stage, run);
    else if (kind === 'samples')
      this.#share(first, run.rows, ROWS, SAMPLE_PIECES, (from, to) => runSamples(steps, run, from, to));
    else if (kind === 'heavy')
      this.#share(first, run.rows, ROWS, 1, (from, to) => steps[0].work(run, from, to));
    else this.#workInParts(stage, run);
  }

  #workInParts({ kind, first, steps }: Stage, run: Run): void {
    for (const [index, step] of steps.entries()) {
      const { parts, work, sums } = step;
      if (kind === 'one') {
        if (this.#thread === 0) work(run, 0, 1);
      } else if (sums !== undefined) this.#sum(first + index, step, run);
      else this.#share(first + index, parts as number, 1, 1, (from, to) => work(run, from, to));
    }
  }

  /** The first threads sum before the last step of their samples, the others behind it: so these find what they go on with. */
  #workWithSums({ first, steps, sums }: Stage, run: Run): void {
    const [from, end] = this.#samples(run);
    const isEarly = 2 * this.#thread < this.#threads;
    const before = isEarly ? steps.slice(0, -1) : steps;
    runSamples(before, run, from, end);
    for (const [index, step] of sums.entries()) this.#sum(first + steps.length + index, step, run);
    if (isEarly) runSamples(steps.slice(-1), run, from, end);
  }

  /** This thread's own. */
  #samples({ rows }: Run): readonly [number, number] {
    return shareOf(this.#thread, this.#threads, rows, ROWS);
  }

  /** Goes on with the sums of the thread before it, some parts behind that: own samples are in its cache, those of others are not. */
  #sum(index: number, { parts, sums, isWide }: Step, run: Run): void {
    const [first, end] = this.#samples(run);
    const all = parts as number;
    const piece = isWide && this.#threads === 2 ? all : Math.ceil(all / SUM_PIECES);
    for (let from = 0; from < all; from += piece) {
      const to = Math.min(from + piece, all);
      if (this.#thread > 0) this.#signals.awaitReached(index, this.#thread - 1, to);
      if (first < end) sums?.(run, from, to, first, end);
      this.#signals.reach(index, this.#thread, to);
    }
  }

  /**
   * Each thread has as many parts of its own, a number of `unit`s and the same ones in every step: what it has in its cache, it
   * finds again. It takes them in `pieces`: every piece of a step that gathers goes through all samples, so that such a step has one. What
   * is left over goes to whoever comes first. Who is done helps the next one.
   */
  #share(step: number, parts: number, unit: number, pieces: number, work: PieceWork): void {
    const each = Math.floor(Math.ceil(parts / unit) / this.#threads);
    const piece = unit * Math.max(1, Math.ceil(each / pieces));
    for (let turn = 0; turn < this.#threads; turn++) {
      const owner = (this.#thread + turn) % this.#threads;
      const [start, end] = shareOf(owner, this.#threads, parts, unit);
      for (;;) {
        const from = start + this.#signals.take(step, owner, piece);
        if (from >= end) break;
        work(from, Math.min(from + piece, end));
      }
    }
  }

  #meet(): void {
    this.#arrivals = (this.#arrivals + this.#threads) | 0;
    this.#signals.meet(this.#arrivals);
  }
}
