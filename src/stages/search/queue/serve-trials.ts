/** A worker: takes trials from a queue, has them run on this machine, and says what came of them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { TinymlError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { given } from '../../../core/given.ts';
import type { Reporter } from '../../../core/reporter.ts';
import { TOOL } from '../../../core/version.ts';
import type { Trial, TrialResult } from '../trial.ts';
import type { TrialRunner } from '../trial-runner.ts';
import type { Blobs } from './blobs.ts';
import { type FileCache, fetchSources, type SourceList } from './shared-sources.ts';
import { foundOutcome, outcomeText, parseTrial } from './trial-message.ts';
import type { Handled, TrialSource } from './trial-queue.ts';

/** A search puts data there before it adds trials, and again where the server has lost them: the second takes a moment. */
const DATA_TRIES = 5;
const DATA_PAUSE_MS = 1000;

/** What a worker is lent. */
export interface WorkerContext {
  readonly source: TrialSource;
  readonly blobs: Blobs;
  readonly cache: FileCache;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Trials that this machine runs at a time. */
  readonly slots: number;
  /** Runs trials that read those files, on this machine. */
  runner(list: SourceList): TrialRunner;
}

/** What a worker did until it was stopped. */
export interface Served {
  /** Trials whose results went back; where another worker had been given one meanwhile, its result counts. */
  readonly trials: number;
  readonly givenBack: number;
}

function titleOf({ number, rung, epochs }: Trial): string {
  return `Trial ${number} (rung ${rung}, ${counted(epochs, 'epoch')})`;
}

function gainOf({ findings }: TrialResult): string {
  if (findings.outcome === 'failed') return `it cannot be run: ${findings.message.replace(/\.$/, '')}`;
  if (findings.outcome === 'shared') return `${findings.losses.length} networks judged`;
  const { metric, float, converted } = findings.validation;
  const figures = converted === undefined ? '' : `, ${converted.toPrecision(4)} converted`;
  return `${metric} ${float.toPrecision(4)}${figures}`;
}

/** The search is told, and ends: the next worker would come to the same. */
function bugIn(error: unknown): Handled {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { handled: 'done', text: outcomeText({ outcome: 'bug', message, ...given({ stack }) }) };
}

class TrialServer {
  readonly #context: WorkerContext;
  /** By the digest of the files that they read. */
  readonly #runners = new Map<string, Promise<TrialRunner>>();
  readonly #ended: Promise<void>;
  #end: (why?: unknown) => void = () => {};
  #why: { readonly error: unknown } | undefined;
  #trials = 0;
  #givenBack = 0;

  constructor(context: WorkerContext) {
    this.#context = context;
    this.#ended = new Promise((resolve) => {
      this.#end = () => resolve();
    });
  }

  async serve(): Promise<Served> {
    const { source, slots, signal } = this.#context;
    if (signal.aborted) return this.#served;
    const end = (): void => this.#end();
    signal.addEventListener('abort', end, { once: true });
    const taken = source.take(slots, (text) => this.#handle(text));
    await this.#ended;
    signal.removeEventListener('abort', end);
    // What still runs is interrupted, and so given back.
    const closed = taken.close();
    await Promise.all([...this.#runners.values()].map(async (runner) => (await runner).close()));
    await closed;
    if (this.#why !== undefined) throw this.#why.error;
    return this.#served;
  }

  get #served(): Served {
    return { trials: this.#trials, givenBack: this.#givenBack };
  }

  async #handle(text: unknown): Promise<Handled> {
    const handled = await this.#tried(text);
    if (handled.handled === 'done') this.#trials++;
    if (handled.handled === 'given-back') this.#givenBack++;
    return handled;
  }

  async #tried(text: unknown): Promise<Handled> {
    const { report } = this.#context;
    try {
      const trial = parseTrial(text);
      const runner = await this.#runnerFor(trial.sources);
      report.info(`${titleOf(trial)} begins.`);
      const result = await runner.run(trial);
      report.info(`${titleOf(trial)}: ${gainOf(result)}, in ${result.seconds.toFixed(1)} s.`);
      return { handled: 'done', text: outcomeText(foundOutcome(result)) };
    } catch (error) {
      return this.#notRun(error);
    }
  }

  /** What of a trial that could not be run is to become, by whose fault that is. */
  #notRun(error: unknown): Handled {
    if (!(error instanceof TinymlError) || error.kind === 'internal') return bugIn(error);
    const { kind, code, message } = error;
    if (kind === 'interrupted') return { handled: 'given-back' };
    if (code === 'search-data-missing') return { handled: 'without-data' };
    if (code === 'search-other-tool') {
      this.#fail(error);
      return { handled: 'given-back', refusedBy: TOOL };
    }
    if (kind === 'environment') {
      this.#fail(error);
      return { handled: 'given-back' };
    }
    this.#context.report.warn(`A trial was refused: ${message}.`);
    return { handled: 'refused', reason: message };
  }

  #runnerFor(digest: string): Promise<TrialRunner> {
    const known = this.#runners.get(digest);
    if (known !== undefined) return known;
    const made = this.#fetch(digest).then((list) => this.#context.runner(list));
    this.#runners.set(digest, made);
    // Who comes next tries again.
    made.catch(() => this.#runners.delete(digest));
    return made;
  }

  async #fetch(digest: string): Promise<SourceList> {
    const { blobs, cache, signal } = this.#context;
    for (let left = DATA_TRIES - 1; ; left--) {
      try {
        return await fetchSources(digest, blobs, cache);
      } catch (error) {
        const isMissing = error instanceof TinymlError && error.code === 'search-data-missing';
        if (!isMissing || left === 0 || signal.aborted) throw error;
        await sleep(DATA_PAUSE_MS);
      }
    }
  }

  /** This machine, or this version, can do none of them: the worker ends, and says why. */
  #fail(error: unknown): void {
    this.#why ??= { error };
    this.#end();
  }
}

/** Until the signal stops it. Throws `search-other-tool` (mismatch), and what this machine refuses (environment). */
export function serveTrials(context: WorkerContext): Promise<Served> {
  return new TrialServer(context).serve();
}
