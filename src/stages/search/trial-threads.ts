/** Trials on other threads of this machine. */

import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { environmentError, interruptedError } from '../../core/errors.ts';
import { type Failure, fromFailure } from '../../models/run/spread/worker-messages.ts';
import type { Trial, TrialResult } from './trial.ts';
import type { TrialFiles } from './trial-files.ts';
import type { TrialRunner } from './trial-runner.ts';

/** What a worker says: that it has loaded, then one answer for each trial. */
export type TrialAnswer =
  | { readonly event: 'ready' }
  | { readonly event: 'done'; readonly result: TrialResult }
  | { readonly event: 'failed'; readonly failure: Failure };

/** Beside this file, as a source and in the bundle. */
const WORKER_FILE = new URL(`./trial-worker${extname(import.meta.url)}`, import.meta.url);

interface Work {
  readonly trial: Trial;
  readonly resolve: (result: TrialResult) => void;
  readonly reject: (error: unknown) => void;
  /** How many threads were lost over it. */
  losses: number;
}

/** A trial that ends a thread twice would end any. */
const MOST_LOSSES = 2;

function lost({ number }: Trial, cause: unknown): Error {
  return environmentError(
    'search-thread-lost',
    `Trial ${number} ended its thread twice: it needs more memory than there is, say`,
    'Try fewer --jobs; what was finished is kept.',
    cause,
  );
}

class ThreadRunner implements TrialRunner {
  readonly slots: number;
  readonly #files: TrialFiles;
  readonly #signal: AbortSignal;
  readonly #waiting: Work[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Work>();
  readonly #stop = (): void => this.#abandon();

  constructor(slots: number, files: TrialFiles, signal: AbortSignal) {
    this.slots = slots;
    this.#files = files;
    this.#signal = signal;
    signal.addEventListener('abort', this.#stop);
  }

  run(trial: Trial): Promise<TrialResult> {
    if (this.#signal.aborted) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ trial, resolve, reject, losses: 0 });
      this.#feed();
    });
  }

  #feed(): void {
    while (this.#waiting.length > 0 && this.#busy.size < this.slots) {
      const worker = this.#idle.pop() ?? this.#start();
      const work = this.#waiting.shift() as Work;
      this.#busy.set(worker, work);
      worker.postMessage(work.trial);
    }
  }

  #start(): Worker {
    const worker = new Worker(WORKER_FILE, { workerData: this.#files });
    worker.on('message', (answer: TrialAnswer) => this.#hear(worker, answer));
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, undefined));
    return worker;
  }

  #hear(worker: Worker, answer: TrialAnswer): void {
    if (answer.event === 'ready') return;
    const work = this.#busy.get(worker);
    if (work === undefined) return;
    this.#busy.delete(worker);
    this.#idle.push(worker);
    if (answer.event === 'done') work.resolve(answer.result);
    else work.reject(fromFailure(answer.failure));
    this.#feed();
  }

  /** Another thread tries what this one had. */
  #lose(worker: Worker, cause: unknown): void {
    const work = this.#busy.get(worker);
    this.#busy.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    if (work === undefined) return;
    work.losses++;
    if (work.losses >= MOST_LOSSES) work.reject(lost(work.trial, cause));
    else this.#waiting.unshift(work);
    this.#feed();
  }

  #abandon(): void {
    for (const { reject } of [...this.#waiting.splice(0), ...this.#busy.values()]) reject(stopped());
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    this.#abandon();
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function stopped(): Error {
  return interruptedError('interrupted', 'Stopped while trials were running');
}

/** `slots` threads, each loaded when it is needed first. */
export function threadRunner(slots: number, files: TrialFiles, signal: AbortSignal): TrialRunner {
  return new ThreadRunner(slots, files, signal);
}
