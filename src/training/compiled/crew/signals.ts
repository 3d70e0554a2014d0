/**
 * What the threads of a crew tell each other: a few integers that all of them see. The first thread says which course to run
 * and on what; the others wait for it.
 */

import type { Run } from '../run.ts';
import { COURSES, type CourseName } from '../training-plan.ts';

/**
 * Where each of them lies. Those from `cursors` on count, of each thread and each step of a course, what is taken of the thread's
 * parts, or in how many parts its samples are summed.
 */
const AT = {
  turn: 0,
  arrivals: 1,
  loaded: 2,
  course: 3,
  rows: 4,
  training: 5,
  steps: 6,
  cursors: 16,
} as const;

/** Behind all integers: the learning rate, float64. */
const REAL_BYTES = Float64Array.BYTES_PER_ELEMENT;

/** Integers of a line of the cache: what threads count each for itself shares none. */
const LINE = 16;

/** How often a thread looks before it sleeps: longer than what is one thread's takes mostly, since waking takes as long. */
const LOOKS = 20_000;
/**
 * After so many looks in vain one behind the other, two threads have to share a core. Whoever looks keeps it from the one that it
 * waits for, and is not moved to a free core before it sleeps: so it looks a few times only, until that helps again.
 */
const IN_VAIN = { most: 10, looks: 200 } as const;

/** No step of one thread takes as long. */
const LOST_MS = 120_000;

const END = COURSES.length;

export class Signals {
  /** To be handed to other threads. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #rate: Float64Array;
  /** Cursors of a thread. */
  readonly #stride: number;
  /** Times in a row that this thread looked until it had to sleep. */
  #inVain = 0;

  /** For `threads` threads and courses of at most `steps` steps, or on what another one of them has made. */
  constructor(of: number | SharedArrayBuffer, threads: number) {
    const words = (steps: number): number => AT.cursors + threads * LINE * Math.ceil(steps / LINE);
    this.buffer = typeof of === 'number' ? new SharedArrayBuffer(words(of) * 4 + REAL_BYTES) : of;
    this.#words = new Int32Array(this.buffer, 0, (this.buffer.byteLength - REAL_BYTES) / 4);
    this.#rate = new Float64Array(this.buffer, this.buffer.byteLength - REAL_BYTES);
    this.#stride = (this.#words.length - AT.cursors) / threads;
  }

  /** Threads that are ready to work. */
  get loaded(): number {
    return Atomics.load(this.#words, AT.loaded);
  }

  load(): void {
    Atomics.add(this.#words, AT.loaded, 1);
  }

  /** Has the others run a course. */
  announce(course: CourseName, run: Run): void {
    this.#words.fill(0, AT.cursors);
    this.#words[AT.rows] = run.rows;
    this.#words[AT.training] = run.training ? 1 : 0;
    this.#words[AT.steps] = run.steps;
    this.#rate[0] = run.learningRate;
    this.#begin(COURSES.indexOf(course));
  }

  /** Lets the others go. */
  end(): void {
    this.#begin(END);
  }

  #begin(course: number): void {
    this.#words[AT.course] = course;
    Atomics.add(this.#words, AT.turn, 1);
    Atomics.notify(this.#words, AT.turn);
  }

  /** Waits for the turn behind the last one, takes over what it runs on, and says what runs; undefined at the end. */
  await(last: number, run: Run): CourseName | undefined {
    this.#wait(AT.turn, (turn) => turn !== last, Infinity);
    run.rows = this.#words[AT.rows];
    run.training = this.#words[AT.training] === 1;
    run.steps = this.#words[AT.steps];
    run.learningRate = this.#rate[0];
    return COURSES[this.#words[AT.course]];
  }

  /** The first of `count` parts of a thread's own of a step that nobody has taken yet; they are the caller's. */
  take(step: number, thread: number, count: number): number {
    return Atomics.add(this.#words, this.#cursor(step, thread), count);
  }

  #cursor(step: number, thread: number): number {
    return AT.cursors + thread * this.#stride + step;
  }

  /** A thread's samples are summed in the first `parts` of a step. */
  reach(step: number, thread: number, parts: number): void {
    const at = this.#cursor(step, thread);
    Atomics.store(this.#words, at, parts);
    Atomics.notify(this.#words, at);
  }

  /** Returns when a thread has reached so many. Throws where it does not. */
  awaitReached(step: number, thread: number, parts: number): void {
    this.#wait(this.#cursor(step, thread), (reached) => reached >= parts, LOST_MS);
  }

  /** Returns when `arrivals` have been counted, this one included. Throws where others do not come. */
  meet(arrivals: number): void {
    const arrived = (Atomics.add(this.#words, AT.arrivals, 1) + 1) | 0;
    if (arrived === arrivals) Atomics.notify(this.#words, AT.arrivals);
    // The difference, since the count may wrap.
    else this.#wait(AT.arrivals, (now) => ((now - arrivals) | 0) >= 0, LOST_MS);
  }

  #wait(at: number, isOver: (value: number) => boolean, timeout: number): void {
    if (isOver(Atomics.load(this.#words, at)) || this.#sees(at, isOver)) return;
    for (;;) {
      const seen = Atomics.load(this.#words, at);
      if (isOver(seen)) return;
      if (Atomics.wait(this.#words, at, seen, timeout) === 'timed-out') throw new Error('a thread was lost');
    }
  }

  #sees(at: number, isOver: (value: number) => boolean): boolean {
    const looks = this.#inVain < IN_VAIN.most ? LOOKS : IN_VAIN.looks;
    for (let look = 0; look < looks; look++) {
      if (!isOver(Atomics.load(this.#words, at))) continue;
      this.#inVain = 0;
      return true;
    }
    this.#inVain++;
    return false;
  }
}
