/** Runs trials wherever a queue has workers. */

import { environmentError, inputError, interruptedError, type TinymlError } from '../../../core/errors.ts';
import type { Reporter } from '../../../core/reporter.ts';
import { TOOL } from '../../../core/version.ts';
import type { Trial, TrialResult } from '../trial.ts';
import type { TrialRunner } from '../trial-runner.ts';
import type { SharedSources } from './shared-sources.ts';
import { parseOutcome, trialId, trialText } from './trial-message.ts';
import type { TrialQueue, TrialState } from './trial-queue.ts';
import { within } from './within.ts';

/** Trials in the queue at a time: enough for many machines, and few to take back. */
const SLOTS = 64;
const LOOK_MS = 250;
/** Between two messages to the server that the data are still wanted. */
const KEEP_MS = 60_000;
/** After which somebody should have taken a trial. */
const PATIENCE_MS = 10_000;
const CLOSE_MS = 3000;

/** What a runner over a queue is lent. */
export interface QueueRunnerContext {
  readonly queue: TrialQueue;
  readonly sources: SharedSources;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Of the queue, without a password: for the line that starts a worker. */
  readonly shown: string;
}

interface Pending {
  readonly trial: Trial;
  readonly text: string;
  /** It has been added: where it is missing now, the server has lost its data. */
  isAdded: boolean;
  resolve(result: TrialResult): void;
  reject(error: unknown): void;
}

function stopped(): TinymlError {
  return interruptedError('interrupted', 'Stopped while trials were in the queue');
}

function lost({ number }: Trial): TinymlError {
  return environmentError(
    'search-trial-lost',
    `Trial ${number} was given to one worker after another, and all of them died or were cut off`,
    'See what the workers say; their machines may lack memory. The same command tries it again.',
  );
}

function refused({ number }: Trial, reason: string): TinymlError {
  return inputError(
    'search-trial-refused',
    `A worker refused trial ${number}: ${reason}`,
    'Somebody else may write to this server of Redis: give it a password. The same command tries it again.',
  );
}

class QueueRunner implements TrialRunner {
  readonly slots = SLOTS;
  readonly #context: QueueRunnerContext;
  readonly #pending = new Map<string, Pending>();
  readonly #started = new Set<string>();
  readonly #refusers = new Set<string>();
  /** Until when somebody has to take a trial; undefined once somebody has, or has been called for. */
  #patience: number | undefined;
  #keptAt = Number.NEGATIVE_INFINITY;
  #isFollowing = false;
  #isClosed = false;
  #wake = (): void => {};

  constructor(context: QueueRunnerContext) {
    this.#context = context;
    this.#patience = performance.now() + PATIENCE_MS;
    context.signal.addEventListener('abort', this.#stop, { once: true });
  }

  run(trial: Trial): Promise<TrialResult> {
    if (this.#isOver) return Promise.reject(stopped());
    const text = trialText(trial);
    return new Promise<TrialResult>((resolve, reject) => {
      this.#pending.set(trialId(text), { trial, text, isAdded: false, resolve, reject });
      if (!this.#isFollowing) void this.#follow();
    });
  }

  /** Trials that no worker has begun are taken out of the queue; of the others, results are kept for a day. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#context.signal.removeEventListener('abort', this.#stop);
    const waiting = [...this.#pending.keys()].filter((id) => !this.#started.has(id));
    this.#stop();
    await within(CLOSE_MS, Promise.all(waiting.map((id) => this.#context.queue.remove(id))));
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#context.signal.aborted;
  }

  readonly #stop = (): void => {
    for (const { reject } of this.#pending.values()) reject(stopped());
    this.#wake();
  };

  /** One look after another until nothing is pending; where the server does not answer, a look takes as long as that. */
  async #follow(): Promise<void> {
    this.#isFollowing = true;
    try {
      while (this.#pending.size > 0 && !this.#isOver) {
        await this.#lookAtAll();
        if (this.#pending.size > 0 && !this.#isOver) await this.#pause();
      }
    } catch (error) {
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    }
    this.#isFollowing = false;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #lookAtAll(): Promise<void> {
    const all = [...this.#pending];
    const states = await Promise.all(all.map(([id]) => this.#context.queue.look(id)));
    const isLost = all.some(
      ([, { isAdded }], index) =>
        states[index].state === 'without-data' || (isAdded && states[index].state === 'missing'),
    );
    await this.#keepData(isLost);
    await Promise.all(all.map(([id, pending], index) => this.#react(id, pending, states[index])));
    this.#callForWorkers();
  }

  async #keepData(isLost: boolean): Promise<void> {
    if (!isLost && performance.now() - this.#keptAt < KEEP_MS) return;
    await this.#context.sources.publish();
    this.#keptAt = performance.now();
  }

  async #react(id: string, pending: Pending, state: TrialState): Promise<void> {
    const { queue } = this.#context;
    switch (state.state) {
      case 'without-data':
        await queue.remove(id);
        break;
      case 'missing':
        await queue.add(id, pending.text);
        pending.isAdded = true;
        break;
      case 'waiting':
        this.#noteRefusal(state.refusedBy);
        if (state.isStarted) this.#started.add(id);
        break;
      case 'done':
        this.#settle(id, pending, state.text);
        await queue.remove(id);
        break;
      case 'refused':
        await queue.remove(id);
        throw refused(pending.trial, state.reason);
      case 'lost':
        await queue.remove(id);
        throw lost(pending.trial);
    }
  }

  #settle(id: string, { trial, resolve, reject }: Pending, text: unknown): void {
    const outcome = parseOutcome(text, trial);
    this.#pending.delete(id);
    this.#started.add(id);
    if (outcome.outcome === 'found') {
      resolve(outcome.result);
      return;
    }
    const error = new Error(outcome.message);
    if (outcome.stack !== undefined) error.stack = outcome.stack;
    reject(error);
  }

  #noteRefusal(tool: string | undefined): void {
    if (tool === undefined || this.#refusers.has(tool)) return;
    this.#refusers.add(tool);
    this.#context.report.warn(
      `A worker of ${tool} came to the queue and was sent away: this search is that of ${TOOL}, and its workers have to be.`,
    );
  }

  #callForWorkers(): void {
    if (this.#started.size > 0) this.#patience = undefined;
    if (this.#patience === undefined || performance.now() < this.#patience) return;
    this.#patience = undefined;
    this.#context.report.info(
      `No worker has taken a trial yet. Start some, on as many machines as you like: tinyml worker --queue ${this.#context.shown}`,
    );
  }
}

/** Nothing is asked of the queue before a trial is run. */
export function queueRunner(context: QueueRunnerContext): TrialRunner {
  return new QueueRunner(context);
}
