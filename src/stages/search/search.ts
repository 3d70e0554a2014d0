/** A search from its first trial to its front: the same for the same seed, however many trials run at a time. */

import { interruptedError, mismatchError } from '../../core/errors.ts';
import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { type Reporter, silentReporter } from '../../core/reporter.ts';
import type { ProjectConfig } from '../config.ts';
import { Course, trialsAhead } from './course.ts';
import { CostTeller } from './foretold-costs.ts';
import { bestOf, type EndedTrial, paretoFront, pointOf, type SearchPoint } from './front.ts';
import type { SearchLimits } from './limits.ts';
import { Newcomers } from './newcomers.ts';
import type { TrialContext } from './run-trial.ts';
import type { SearchMemory } from './search-memory.ts';
import { Candidates } from './space/candidates.ts';
import type { SearchSpace } from './space/space-schema.ts';
import { meritOf } from './standings.ts';
import type { Trial, TrialResult } from './trial.ts';
import type { TrialRunner } from './trial-runner.ts';

/** What decides a search, beside the project. */
export interface SearchSettings {
  readonly space: SearchSpace;
  readonly limits: SearchLimits;
  readonly seed: number;
  /** How many trials; absent for as many as there is time for. */
  readonly trials?: number | undefined;
  /** `Trial.sources`. */
  readonly sources: string;
}

/** What a search is lent. */
export interface SearchContext extends TrialContext {
  readonly runner: TrialRunner;
  readonly memory: SearchMemory;
  /** Aborted when the time is over: what was finished by then is the result. */
  readonly timeOver?: AbortSignal | undefined;
}

/** What a search found. */
export interface SearchOutcome {
  /** The smallest file first. */
  readonly front: readonly SearchPoint[];
  /** The best validation score. */
  readonly chosen: SearchPoint;
  /** All that were trained to the end, in the order of the trials, whether they fit or not. */
  readonly points: readonly SearchPoint[];
  /** The project as it is, where it fits and was measured. */
  readonly base?: SearchPoint;
  /** Trials that were finished, and those of them that failed, by why. */
  readonly trials: number;
  readonly failures: readonly { readonly trial: number; readonly message: string }[];
}

type Settled = { readonly result: TrialResult } | { readonly error: unknown };

interface Running {
  readonly trial: Trial;
  /** Its result goes into the course before the trial of this number is decided. */
  readonly due: number;
  readonly settled: Promise<Settled>;
}

/** Many networks take longer than one: so many times as many trials are decided before their result is asked for. */
const PATIENCE_WITH_MANY = 2;

/** Of the higher rung the better one. */
function better(best: EndedTrial | undefined, next: EndedTrial): EndedTrial | undefined {
  const [own, other] = [next, best].map((ended) => ended?.result.findings);
  if (own?.outcome !== 'scored') return best;
  if (best === undefined || other?.outcome !== 'scored') return next;
  const rungs = next.trial.rung - best.trial.rung;
  return rungs > 0 || (rungs === 0 && meritOf(own.validation) > meritOf(other.validation)) ? next : best;
}

/** `accuracy 0.9735 in 6,802 bytes` */
function bestText({ trial, result: { findings } }: EndedTrial): string {
  if (findings.outcome !== 'scored') return '';
  const { metric, float, converted } = findings.validation;
  const behind =
    findings.costs === undefined
      ? `after ${countOf(trial.epochs, 'epoch')}`
      : `in ${formatCount(findings.costs.flash)} bytes`;
  return `best ${metric} ${formatFigure(converted ?? float)} ${behind}`;
}

class Search {
  readonly #course: Course;
  readonly #context: SearchContext;
  readonly #report: Reporter;
  readonly #total: number | undefined;
  readonly #ahead: number;
  readonly #ended: (EndedTrial | undefined)[] = [];
  /** The first due comes first. */
  readonly #running: Running[] = [];
  #decided = 0;
  #done = 0;
  #best: EndedTrial | undefined;
  #stopped = false;

  constructor(course: Course, context: SearchContext, total: number | undefined) {
    this.#ahead = trialsAhead(total);
    this.#course = course;
    this.#context = context;
    this.#report = context.report ?? silentReporter;
    this.#total = total;
  }

  /** In the order of the trials; of a search that is stopped, what it has. */
  get ended(): readonly EndedTrial[] {
    return this.#ended.filter((ended) => ended !== undefined);
  }

  #start(trial: Trial): void {
    const { runner, memory } = this.#context;
    const recalled = memory.recall(trial);
    if (recalled === undefined && trial.models !== undefined) {
      const count = formatCount(trial.models.length);
      this.#report.info(`Trial ${trial.number} trains ${count} networks together, and judges each.`);
    }
    const result =
      recalled === undefined
        ? runner.run(trial).then((found) => {
            memory.keep(trial, found);
            return found;
          })
        : Promise.resolve(recalled);
    const settled = result.then(
      (found): Settled => {
        this.#end(trial, found);
        return { result: found };
      },
      (error): Settled => ({ error }),
    );
    this.#decided = trial.number;
    const due = trial.number + this.#ahead * (trial.models === undefined ? 1 : PATIENCE_WITH_MANY);
    this.#running.push({ trial, due, settled });
    this.#running.sort((a, b) => a.due - b.due || a.trial.number - b.trial.number);
  }

  #end(trial: Trial, result: TrialResult): void {
    this.#ended[trial.number - 1] = { trial, result, fitting: this.#course.fitting(trial.number) };
    this.#done++;
    this.#best = better(this.#best, this.#ended[trial.number - 1] as EndedTrial);
    const total = this.#total ?? this.#done + this.#running.length;
    this.#report.progress(this.#done, total, this.#best === undefined ? '' : bestText(this.#best));
  }

  /** The first that is due goes into the course; false where it was stopped. */
  async #take(): Promise<boolean> {
    const [{ trial, settled }] = this.#running;
    const outcome = await settled;
    if ('error' in outcome) {
      if (!this.#isStopped) throw outcome.error;
      this.#stopped = true;
      return false;
    }
    this.#running.shift();
    this.#course.take(trial.number, outcome.result.findings);
    return true;
  }

  get #isStopped(): boolean {
    return this.#context.signal?.aborted === true || this.#context.timeOver?.aborted === true;
  }

  /** Until the course ends, or it is stopped. Every trial is decided on the results of the same earlier ones, however they run. */
  async run(): Promise<void> {
    while (!this.#stopped && !this.#isStopped) {
      if (this.#running.length > 0 && this.#running[0].due <= this.#decided + 1) {
        await this.#take();
        continue;
      }
      const trial = await this.#course.next();
      if (trial !== undefined) this.#start(trial);
      else if (this.#running.length === 0) break;
      else await this.#take();
    }
    await Promise.all(this.#running.map(({ settled }) => settled));
  }
}

function failuresOf(ended: readonly EndedTrial[]): SearchOutcome['failures'] {
  return ended.flatMap(({ trial, result: { findings } }) =>
    findings.outcome === 'failed' ? [{ trial: trial.number, message: findings.message }] : [],
  );
}

const GO_ON = 'The same command goes on where it was stopped.';

/** Throws a mismatch error where no trial came to an end that a project could have. */
function outcomeOf(
  ended: readonly EndedTrial[],
  base: string,
  names: readonly string[],
  limits: SearchLimits,
): SearchOutcome {
  const points = ended.flatMap((one) => pointOf(one, names) ?? []);
  const front = paretoFront(points, limits);
  const failures = failuresOf(ended);
  if (front.length === 0) {
    const [first] = failures;
    const why =
      first === undefined ? '' : `; trial ${first.trial} failed: ${first.message.replace(/\.$/, '')}`;
    throw mismatchError(
      'search-no-point',
      `None of ${formatCount(ended.length)} trials was trained to the end and fits${why}`,
      `Give the search more --trials or --minutes. ${GO_ON}`,
    );
  }
  const digestOf = (point: SearchPoint) =>
    ended.find(({ trial }) => trial.number === point.trial)?.fitting?.candidate.digest;
  return {
    front,
    chosen: bestOf(front),
    points,
    ...given({ base: points.find((point) => digestOf(point) === base) }),
    trials: ended.length,
    failures,
  };
}

/**
 * Searches the space around a project for candidates that fit. Throws usage errors for a space that the project does not
 * have, mismatch errors where nothing fits or was trained to the end, and `interrupted`; what was finished is in the memory.
 */
export async function searchProject(
  config: ProjectConfig,
  { space, limits, seed, trials, sources }: SearchSettings,
  context: SearchContext,
): Promise<SearchOutcome> {
  const candidates = new Candidates(config, space);
  const newcomers = new Newcomers(candidates, new CostTeller(context), limits);
  const course = new Course({ seed, epochs: config.training.epochs, limits, trials, sources }, newcomers);
  const search = new Search(course, context, trials);
  await search.run();
  if (context.signal?.aborted === true) {
    throw interruptedError(
      'interrupted',
      `Stopped with ${countOf(search.ended.length, 'trial')} kept`,
      GO_ON,
    );
  }
  return outcomeOf(search.ended, candidates.base().digest, candidates.names, limits);
}
