/** Candidates that were not tried before and fit: drawn at random, children of others, or the least there are. */

import { mismatchError, type TinymlError } from '../../core/errors.ts';
import { formatCount } from '../../core/figure-text.ts';
import type { JsonValue } from '../../core/json.ts';
import type { Random } from '../../core/random.ts';
import type { CostName } from './cost-names.ts';
import type { CostTeller } from './foretold-costs.ts';
import { fitsLimits, limitedCosts, type SearchLimits, worstShare } from './limits.ts';
import type { Candidate, Candidates, Choices } from './space/candidates.ts';
import type { TrialCosts } from './trial.ts';

/** A candidate that fits. */
export interface Fitting {
  readonly candidate: Candidate;
  /** Foretold. */
  readonly costs: TrialCosts;
}

/** A candidate, and why it is none for a trial where there are no costs. */
interface Weighed {
  readonly choices: Choices;
  readonly candidate?: Candidate;
  readonly costs?: TrialCosts;
  readonly refusal?: string;
}

const MOST_DRAWS = 200;
const MOST_CHILDREN = 50;
/** Rounds of changing one knob to one of its ends. */
const MOST_STEPS = 50;

const UNITS: Readonly<Record<CostName, string>> = {
  flash: 'bytes of flash',
  ram: 'bytes of RAM',
  arena: 'bytes of arena',
  macs: 'MACs',
};

function figures(values: SearchLimits, names: readonly CostName[]): string {
  return names.map((name) => `${formatCount(values[name] as number)} ${UNITS[name]}`).join(' and ');
}

export class Newcomers {
  readonly #candidates: Candidates;
  readonly #teller: CostTeller;
  readonly #limits: SearchLimits;
  readonly #known = new Set<string>();
  /** What was weighed last and could not be tried at all. */
  #refusal: string | undefined;

  constructor(candidates: Candidates, teller: CostTeller, limits: SearchLimits) {
    this.#candidates = candidates;
    this.#teller = teller;
    this.#limits = limits;
  }

  async #weigh(choices: Choices, made = this.#candidates.of(choices)): Promise<Weighed> {
    if (made === undefined) return { choices };
    const foretold = await this.#teller.foretell(made.config);
    if ('refusal' in foretold) this.#refusal = foretold.refusal;
    return { choices, candidate: made, ...foretold };
  }

  /** It is taken by whoever gets it: nobody gets it again. */
  #take({ candidate, costs }: Weighed): Fitting | undefined {
    if (candidate === undefined || costs === undefined || this.#known.has(candidate.digest)) return undefined;
    if (!fitsLimits(costs, this.#limits)) return undefined;
    this.#known.add(candidate.digest);
    return { candidate, costs };
  }

  async #first(tries: number, next: () => Choices): Promise<Fitting | undefined> {
    for (let tried = 0; tried < tries; tried++) {
      const found = this.#take(await this.#weigh(next()));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The project as it is, where it fits. */
  async base(): Promise<Fitting | undefined> {
    const base = this.#candidates.base();
    return this.#take(await this.#weigh(base.choices, base));
  }

  drawn(random: Random): Promise<Fitting | undefined> {
    return this.#first(MOST_DRAWS, () => this.#candidates.draw(random));
  }

  childOf({ choices }: Candidate, random: Random): Promise<Fitting | undefined> {
    return this.#first(MOST_CHILDREN, () => this.#candidates.near(choices, random));
  }

  #share({ costs }: Weighed): number {
    return costs === undefined ? Infinity : worstShare(costs, this.#limits);
  }

  /** Where few fit, draws hardly find them: from a draw downwards, one knob at a time. */
  async least(random: Random): Promise<Fitting | undefined> {
    const least = await this.#descend(random);
    const found = this.#take(least);
    if (found !== undefined || this.#known.size > 0) return found;
    throw this.#noneFits(least);
  }

  async #descend(random: Random): Promise<Weighed> {
    let best = await this.#weigh(this.#candidates.draw(random));
    for (let step = 0; step < MOST_STEPS && !(this.#share(best) <= 1); step++) {
      let next = best;
      for (const choices of this.#candidates.ends(best.choices)) {
        const weighed = await this.#weigh(choices);
        if (this.#share(weighed) < this.#share(next)) next = weighed;
      }
      if (next === best) break;
      best = next;
    }
    return best;
  }

  #noneFits({ choices, costs }: Weighed): TinymlError {
    if (costs === undefined) {
      return mismatchError(
        'search-no-candidate',
        `Nothing of the search space can be tried: ${this.#refusal ?? 'its values make no valid project'}`,
        'Look at the values of the space, and try one of them in the project file.',
      );
    }
    const limited = limitedCosts(this.#limits);
    const over = limited.filter((name) => costs[name] > (this.#limits[name] as number));
    return mismatchError(
      'search-none-fits',
      `No candidate was found that fits into ${figures(this.#limits, limited)}: the least takes ${figures(costs, over)} (${this.#described(choices)})`,
      'Raise what --fit allows, or let the search space have smaller values.',
    );
  }

  #described(choices: Choices): string {
    const shown = (value: JsonValue): string => JSON.stringify(value);
    return this.#candidates.names.map((name, index) => `${name} ${shown(choices[index])}`).join(', ');
  }
}
