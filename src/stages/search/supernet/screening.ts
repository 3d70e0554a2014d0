/** Candidates that were judged together, before any was trained alone: the best of them come in before others. */

import { canonicalJson, type JsonObject } from '../../../core/json.ts';
import { type SearchLimits, sizeOf } from '../limits.ts';
import type { Fitting } from '../newcomers.ts';
import { RUNG_FACTOR } from '../rungs.ts';
import { ranked } from '../standings.ts';

const MOST = 128;
/** Fewer are soon tried one by one. */
const LEAST = 8;
/** They take as long as about so many trials. */
const LEAST_TRIALS = 30;
/** For each trial of a short search. */
const FOR_EACH = 2;
/** As many as would be left of them two rungs further. */
const TAKEN_SHARE = 1 / RUNG_FACTOR ** 2;

/** Of all models as JSON: a trial that goes through a queue is text of at most twice as much. */
const MOST_CHARACTERS = 2 ** 19;

function modelOf({ candidate }: Fitting): JsonObject {
  return candidate.project.model as JsonObject;
}

/** As many of the first as one trial has room for. */
function withinTrial(fittings: readonly Fitting[]): readonly Fitting[] {
  let left = MOST_CHARACTERS;
  const count = fittings.findIndex((fitting) => {
    left -= canonicalJson(modelOf(fitting)).length;
    return left < 0;
  });
  return count < 0 ? fittings : fittings.slice(0, count);
}

/** How many are to be judged in a search of so many trials; 0 where none are. */
export function screenedCount(trials = Infinity): number {
  return trials < LEAST_TRIALS ? 0 : Math.min(MOST, FOR_EACH * trials);
}

export class Screening {
  readonly #fittings: readonly Fitting[];
  readonly #limits: SearchLimits;
  #waiting: Fitting[] = [];

  private constructor(fittings: readonly Fitting[], limits: SearchLimits) {
    this.#fittings = fittings;
    this.#limits = limits;
  }

  /** Undefined of too few. */
  static of(fittings: readonly Fitting[], limits: SearchLimits): Screening | undefined {
    const carried = withinTrial(fittings);
    return carried.length < LEAST ? undefined : new Screening(carried, limits);
  }

  get models(): readonly JsonObject[] {
    return this.#fittings.map(modelOf);
  }

  /** By the loss of each, null where it has none. */
  take(losses: readonly (number | null)[]): void {
    const standings = this.#fittings.flatMap((fitting, index) => {
      const loss = losses[index] ?? null;
      return loss === null
        ? []
        : { fitting, merit: -loss, size: sizeOf(fitting.costs, this.#limits), number: index };
    });
    const count = Math.ceil(standings.length * TAKEN_SHARE);
    this.#waiting = ranked(standings)
      .slice(0, count)
      .map(({ fitting }) => fitting);
  }

  /** The best that has not come in yet. */
  next(): Fitting | undefined {
    return this.#waiting.shift();
  }
}
