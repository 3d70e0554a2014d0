/** Candidates that were not tried before and fit: drawn at random, children of others, or the least there are. */

import { mismatchError, type TinymlError } from '../../core/errors.ts';
import { formatCount } from '../../core/figure-text.ts';
import { canonicalJson, type JsonValue } from '../../core/json.ts';
import { nextTurn } from '../../core/next-turn.ts';
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
/** Of many at once. */
const DRAWS_FOR_EACH = 4;
/** From the project to one of them. */
const MOST_CHANGES = 6;
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

/** What tells its network from others: dropout is a matter of training. */
function networkOf({ config: { model } }: Candidate): string {
  return canonicalJson({ ...model, dropout: null });
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

  /** The project as it is. */
  get project(): Candidate {
    return this.#candidates.base();
  }

  /** The same, where it fits. */
  async base(): Promise<Fitting | undefined> {
    return this.#take(await this.#weigh(this.project.choices, this.project));
  }

  drawn(random: Random): Promise<Fitting | undefined> {
    return this.#first(MOST_DRAWS, () => this.#candidates.draw(random));
  }

  /** Every second one is drawn, the others lie a few changes around the project, which somebody chose for a reason. */
  #spread(tried: number, random: Random): Choices {
    if (tried % 2 === 0) return this.#candidates.draw(random);
    let { choices } = this.project;
    for (let left = 1 + random.below(MOST_CHANGES); left > 0; left--) {
      choices = this.#candidates.near(choices, random);
    }
    return choices;
  }

  /**
   * Up to `count` with the samples of the project and each with another network, which may all be trained together. They
   * stay free until somebody takes them (`trainedAs`).
   */
  async sharing(random: Random, count: number): Promise<readonly Fitting[]> {
    const { dataset } = this.project.config;
    const found = new Map<string, Fitting>();
    for (let tried = 0; found.size < count && tried < DRAWS_FOR_EACH * count; tried++) {
      const { candidate, costs } = await this.#weigh(this.#spread(tried, random));
      if (candidate === undefined || costs === undefined || !fitsLimits(costs, this.#limits)) continue;
      const network = networkOf(candidate);
      if (found.has(network) || canonicalJson(candidate.config.dataset) !== canonicalJson(dataset)) continue;
      found.set(network, { candidate, costs });
      await nextTurn();
    }
    return [...found.values()];
  }

  /** The network of the one, trained as the other; as it is where nothing can be trained so. Undefined where both were tried. */
  async trainedAs(fitting: Fitting, other: Candidate | undefined): Promise<Fitting | undefined> {
    if (other === undefined) return this.#take({ ...fitting, choices: fitting.candidate.choices });
    const choices = this.#candidates.trainedAs(fitting.candidate.choices, other.choices);
    return this.#take(await this.#weigh(choices)) ?? this.trainedAs(fitting, undefined);
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
