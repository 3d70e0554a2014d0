/**
 * The course of a search: which trial comes next, decided from a seed and the results of earlier trials, in their order.
 * Successive halving that never waits for a rung to be full, and evolution: what did best has children. Where there is time
 * for it, many networks are trained together first, as one supernet, and the best of them come in one rung higher.
 */

import type { JsonObject } from '../../core/json.ts';
import { createRandom, type Random } from '../../core/random.ts';
import { TOOL } from '../../core/version.ts';
import { type SearchLimits, sizeOf } from './limits.ts';
import type { Fitting, Newcomers } from './newcomers.ts';
import { RUNG_FACTOR, rungEpochs } from './rungs.ts';
import type { Candidate } from './space/candidates.ts';
import { meritOf, ranked, type Standing } from './standings.ts';
import { Screening, screenedCount } from './supernet/screening.ts';
import type { Trial, TrialFindings } from './trial.ts';

/** What decides the whole course. */
export interface CourseSettings {
  readonly seed: number;
  /** Of the last rung. */
  readonly epochs: number;
  readonly limits: SearchLimits;
  /** How many trials there are to be; absent for as many as there is time for. */
  readonly trials?: number | undefined;
  /** `Trial.sources`. */
  readonly sources: string;
}

/** Newcomers that are drawn before any has children. */
const FIRST_DRAWS = 12;
/** The share of later newcomers that are drawn, too, so that nothing is forgotten. */
const DRAWN_SHARE = 0.2;
/** The latest candidates, which may have children (regularized evolution), and how many compete for each child. */
const PARENTS = 32;
const CONTEST = 6;
/** Which trial many networks share: foretelling what they cost takes a while, and those before it keep two threads busy. */
const SCREENING_TRIAL = 4;
/** One in so many trials is at the end, and brings the best to the last rung. */
const CLOSING = 10;

/** How many trials are decided before the result of the first of them is asked for: as many may run at a time. */
export function trialsAhead(trials = Infinity): number {
  return Math.min(10, Math.max(2, Math.floor(trials / 6)));
}

interface Entrant extends Fitting {
  /** The last that was decided for it. */
  rung: number;
}

/** What a trial was decided for. */
type Decided = { readonly entrant: Entrant; readonly rung: number } | { readonly screening: Screening };

/** What an entrant did on a rung. */
interface Seen extends Standing {
  readonly entrant: Entrant;
}

export class Course {
  readonly #settings: CourseSettings;
  readonly #newcomers: Newcomers;
  readonly #epochs: readonly number[];
  readonly #entrants: Entrant[] = [];
  readonly #trials: Decided[] = [];
  /** What came in of those that were judged together. */
  #screening: Screening | undefined;
  /** By rung. */
  readonly #seen: readonly Seen[][];

  constructor(settings: CourseSettings, newcomers: Newcomers) {
    this.#settings = settings;
    this.#newcomers = newcomers;
    this.#epochs = rungEpochs(settings.epochs);
    this.#seen = this.#epochs.map(() => []);
  }

  get #lastRung(): number {
    return this.#epochs.length - 1;
  }

  /** The candidate of a trial, with what it was foretold to cost; undefined for a trial of many. */
  fitting(number: number): Fitting | undefined {
    const decided = this.#trials[number - 1];
    return 'entrant' in decided ? decided.entrant : undefined;
  }

  /**
   * The next trial; undefined at the end. Throws `search-none-fits` and `search-no-candidate` (mismatch) where there is not
   * even a first one.
   */
  async next(): Promise<Trial | undefined> {
    const { trials = Infinity } = this.#settings;
    const left = trials - this.#trials.length;
    if (left === 0) return undefined;
    const number = this.#trials.length + 1;
    const screening = number === SCREENING_TRIAL ? await this.#screen() : undefined;
    if (screening !== undefined) {
      this.#trials.push({ screening });
      this.#screening = screening;
      return this.#sharedTrial(number, screening);
    }
    const closes = trials !== Infinity && left <= Math.ceil(trials / CLOSING);
    const decided =
      (closes ? this.#closing() : this.#promotion()) ??
      (await this.#newcomer(number, closes)) ??
      this.#closing();
    if (decided === undefined) return undefined;
    this.#trials.push(decided);
    decided.entrant.rung = decided.rung;
    return this.#trial(number, decided.entrant.candidate, decided.rung);
  }

  #trial(number: number, candidate: Candidate, rung: number): Trial {
    const epochs = this.#epochs[rung];
    const { training, ...others } = candidate.project as { readonly training: JsonObject };
    return {
      number,
      rung,
      epochs,
      config: { ...others, seed: this.#settings.seed, training: { ...training, epochs } } as Trial['config'],
      measures: rung === this.#lastRung ? 'converted' : 'float',
      sources: this.#settings.sources,
      tool: TOOL,
    };
  }

  /** Many candidates at once, where there are so many trials and rungs that this pays. */
  async #screen(): Promise<Screening | undefined> {
    const { seed, trials, limits } = this.#settings;
    const count = screenedCount(trials);
    if (this.#lastRung === 0 || count === 0) return undefined;
    const fittings = await this.#newcomers.sharing(createRandom(seed, 'networks of one supernet'), count);
    return Screening.of(fittings, limits);
  }

  #sharedTrial(number: number, { models }: Screening): Trial {
    const alone = this.#trial(number, this.#newcomers.project, this.#lastRung - 1);
    return { ...alone, rung: 0, measures: 'shared', models: models as Trial['models'] };
  }

  /** The findings of each trial, in the order of the trials. */
  take(number: number, findings: TrialFindings): void {
    const decided = this.#trials[number - 1];
    if ('screening' in decided) {
      if (findings.outcome === 'shared') decided.screening.take(findings.losses);
      return;
    }
    if (findings.outcome !== 'scored') return;
    const { entrant, rung } = decided;
    const { costs = entrant.costs, validation } = findings;
    const size = sizeOf(costs, this.#settings.limits);
    this.#seen[rung].push({ merit: meritOf(validation), size, number, entrant });
  }

  /** The best of a rung that waits there, where it is among those that go on; of the highest such rung. */
  #promotion() {
    for (let rung = this.#lastRung - 1; rung >= 0; rung--) {
      const seen = this.#seen[rung];
      const going = ranked(seen).slice(0, Math.floor(seen.length / RUNG_FACTOR));
      const next = going.find(({ entrant }) => entrant.rung === rung);
      if (next !== undefined) return { entrant: next.entrant, rung: rung + 1 };
    }
    return undefined;
  }

  /** The best that has not come to the last rung goes there at once. */
  #closing() {
    const waiting = this.#ranking().find(
      ({ entrant, rung }) => entrant.rung === rung && rung < this.#lastRung,
    );
    return waiting && { entrant: waiting.entrant, rung: this.#lastRung };
  }

  /** Everybody at the highest rung on which they were seen, best first. */
  #ranking(): readonly { readonly entrant: Entrant; readonly rung: number }[] {
    const ranking = new Map<Entrant, number>();
    for (let rung = this.#lastRung; rung >= 0; rung--) {
      for (const { entrant } of ranked(this.#seen[rung])) {
        if (!ranking.has(entrant)) ranking.set(entrant, rung);
      }
    }
    return [...ranking].map(([entrant, rung]) => ({ entrant, rung }));
  }

  /** The project itself first, which goes through to the end: it is what the others are compared with. */
  async #newcomer(number: number, closes: boolean) {
    const base = number === 1 ? await this.#newcomers.base() : undefined;
    const random = createRandom(this.#settings.seed, `search trial ${number}`);
    const screened = base === undefined && !closes ? await this.#screened(random) : undefined;
    const fitting = base ?? screened ?? (await this.#fitting(random));
    if (fitting === undefined) return undefined;
    const first = screened === undefined ? 0 : 1;
    const rung = base !== undefined || closes ? this.#lastRung : first;
    const entrant: Entrant = { ...fitting, rung };
    this.#entrants.push(entrant);
    return { entrant, rung };
  }

  /** A network that was judged on as much as the first rung shows, trained as one that did well. */
  async #screened(random: Random): Promise<Fitting | undefined> {
    for (let next = this.#screening?.next(); next !== undefined; next = this.#screening?.next()) {
      const found = await this.#newcomers.trainedAs(next, this.#parent(random)?.candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #fitting(random: Random): Promise<Fitting | undefined> {
    const parent = this.#parent(random);
    const child = parent && (await this.#newcomers.childOf(parent.candidate, random));
    return child ?? (await this.#newcomers.drawn(random)) ?? this.#newcomers.least(random);
  }

  #parent(random: Random): Entrant | undefined {
    if (this.#entrants.length < FIRST_DRAWS || random.uniform() < DRAWN_SHARE) return undefined;
    const latest = new Set(this.#entrants.slice(-PARENTS));
    const ranking = this.#ranking().filter(({ entrant }) => latest.has(entrant));
    if (ranking.length === 0) return undefined;
    const places = Array.from({ length: CONTEST }, () => random.below(ranking.length));
    return ranking[Math.min(...places)].entrant;
  }
}
